"""The graph of one turn: nodes and edges only (design section 4).

START → act (calls a crash left) or plan
plan  → gate when calls were proposed, else END
gate  → act → plan, until a person must decide or a budget is spent
"""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, TypedDict

from agent import nodes
from agent.turn import TurnRun


class State(TypedDict):
    """What LangGraph carries: where a turn begins. The truth is the transcript."""

    next: nodes.Next


@cache
def turn_graph() -> Any:
    """Return the compiled graph; LangGraph is imported here, off the way to the prompt."""
    from langgraph.graph import END, START, StateGraph
    from langgraph.runtime import Runtime
    from langgraph.types import Command

    def step(work: Callable[[TurnRun], Awaitable[nodes.Next]]) -> Any:
        async def run(_: State, runtime: Runtime[TurnRun]) -> Command[str]:
            goes = await work(runtime.context)
            return Command(goto=END if goes == "end" else goes)

        return run

    graph: Any = StateGraph(State, context_schema=TurnRun)  # its type knows no context in nodes
    graph.add_node("plan", step(nodes.plan), destinations=("gate", END))
    graph.add_node("gate", step(nodes.gate), destinations=("act",))
    graph.add_node("act", step(nodes.act), destinations=("plan", END))
    graph.add_conditional_edges(START, _beginning, ["plan", "act"])
    return graph.compile()


def _beginning(state: State) -> nodes.Next:
    return state["next"]
