"""The graph of one turn: nodes and edges only (design section 4).

START → act (calls a crash left) or plan
plan  → gate when calls were proposed, else END
gate  → act → plan, until a person must decide or a budget is spent
"""

from functools import cache
from typing import Any, TypedDict

from agent import nodes
from agent.turn import TurnRun


class State(TypedDict):
    """What LangGraph carries between nodes: only where to go. The truth is the transcript."""

    next: str


@cache
def turn_graph() -> Any:
    """Return the compiled graph; LangGraph is imported here, off the way to the prompt."""
    from langgraph.graph import END, START, StateGraph

    graph: Any = StateGraph(State, context_schema=TurnRun)  # its type knows no context in nodes
    graph.add_node("plan", nodes.plan)
    graph.add_node("gate", nodes.gate)
    graph.add_node("act", nodes.act)
    where = {"plan": "plan", "gate": "gate", "act": "act", "end": END}
    graph.add_conditional_edges(START, nodes.where_next, where)
    graph.add_conditional_edges("plan", nodes.where_next, where)
    graph.add_edge("gate", "act")
    graph.add_conditional_edges("act", nodes.where_next, where)
    return graph.compile()
