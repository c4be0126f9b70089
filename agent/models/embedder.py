"""Any provider's embedding model behind the knowledge base's port, through LiteLLM."""

import asyncio
from collections.abc import Sequence
from typing import Any

from agent.models.failures import failure
from agent.models.litellm_model import litellm
from agent.settings import has_provider_key
from knowledge.embedding import EmbedderUnavailable

_NO_KEY = "unused"


class LiteLLMEmbedder:
    """A provider's embedding model, named as LiteLLM names it."""

    def __init__(self, model: str, *, base_url: str | None, timeout_seconds: float) -> None:
        """Keep what is needed to ask.

        Args:
            model: LiteLLM's name, for example `openai/text-embedding-3-small`.
            base_url: an OpenAI-compatible endpoint, None for the provider's own.
            timeout_seconds: how long we wait for the vectors of one batch.
        """
        self.name = model
        self._base_url = base_url
        self._timeout = timeout_seconds

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector per text.

        Raises:
            EmbedderUnavailable: whatever went wrong, in our words (see `failures`).
        """
        library = await litellm()
        try:
            answer: Any = await asyncio.wait_for(
                library.aembedding(**self._question(texts)), self._timeout
            )
        except TimeoutError as error:
            raise EmbedderUnavailable(f"{self.name}: no answer in time") from error
        except Exception as error:
            raise EmbedderUnavailable(
                f"{self.name}: {failure(error, self.name, started=False, text_shown=False).kind}"
            ) from error
        found = sorted(answer.data, key=lambda one: one["index"])
        return [[float(x) for x in one["embedding"]] for one in found]

    def _question(self, texts: Sequence[str]) -> dict[str, Any]:
        question: dict[str, Any] = {
            "model": self.name,
            "input": list(texts),
            "timeout": self._timeout,
            "max_retries": 0,
            "encoding_format": "float",
        }
        if self._base_url is not None:
            question["api_base"] = self._base_url
            if not has_provider_key(self.name):
                question["api_key"] = _NO_KEY
        return question
