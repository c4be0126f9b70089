"""The only reader of the environment: what is configured, with what it means when it is not."""

import os
import sys
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Front = Literal["terminal", "slack"]

# Set before LiteLLM, LangGraph or Langfuse is imported: no price table over the network, no .env
# of their own, no rebuilt classes from stored state, no trace server waited for.
_LIBRARIES = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_MODE": "PRODUCTION",
    "LANGGRAPH_STRICT_MSGPACK": "true",
    "LANGSMITH_TRACING": "false",
    "LANGFUSE_TIMEOUT": "1",
}


class Settings(BaseSettings):
    """Every setting of the product; the environment first, then a `.env` beside it."""

    model_config = SettingsConfigDict(
        env_prefix="COFFEESTUDIO_", env_file=".env", extra="ignore", frozen=True
    )

    data_dir: Path = Path(".data")
    """Where the embedded server and the company's files live."""

    reports_dir: Path = Path()
    """Where terminal and scripts put the files they were asked for; the working directory."""

    database_url: SecretStr | None = None
    """PostgreSQL ≥ 15 with pgvector ≥ 0.8, application role; embedded server when unset."""

    owner_database_url: SecretStr | None = None
    """The owner's role: migrate, backup, erase."""

    model: str = "offline"
    """Any LiteLLM model name, or `offline` for the planner."""

    model_base_url: str | None = None
    """OpenAI-compatible endpoint, when it is not the provider's own."""

    fallback_models: str = "offline"
    """Tried in order when the model fails, comma-separated."""

    embedding_model: str | None = None
    """Any LiteLLM embedding model; our own small one when unset."""

    model_timeout_seconds: float = 60
    turn_seconds: float = 120
    turn_model_calls: int = 12
    turn_tool_calls: int = 20
    turn_tokens: int = 200_000
    member_daily_tokens: int = 2_000_000
    member_daily_usd: float = 20
    prompt_tokens: int = 16_000
    """How much of a conversation is sent to the model at most."""

    smtp_url: SecretStr | None = None
    log_level: str = "WARNING"
    perplexity_api_key: SecretStr | None = Field(
        default=None, validation_alias="PERPLEXITY_API_KEY"
    )
    langfuse_public_key: str | None = Field(default=None, validation_alias="LANGFUSE_PUBLIC_KEY")
    langfuse_secret_key: SecretStr | None = Field(
        default=None, validation_alias="LANGFUSE_SECRET_KEY"
    )
    langfuse_host: str | None = Field(default=None, validation_alias="LANGFUSE_HOST")

    slack_bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(
        default=None, validation_alias="SLACK_SIGNING_SECRET"
    )
    slack_api_url: str | None = Field(default=None, validation_alias="SLACK_API_URL")
    """Slack's Web API, when it is not Slack's own."""

    @property
    def fallbacks(self) -> list[str]:
        """The fallback models in order, without the first model itself."""
        names = [n.strip() for n in self.fallback_models.split(",") if n.strip()]
        return [n for n in names if n != self.model]


def load() -> Settings:
    """Read the settings and prepare the environment for the libraries that read it themselves."""
    for name, value in _LIBRARIES.items():
        os.environ.setdefault(name, value)
    for name, value in dotenv_values(".env").items():
        if name.endswith("_API_KEY") and value:  # providers' clients read the environment alone
            os.environ.setdefault(name, value)
    return Settings()


def set_up_logging(settings: Settings) -> None:
    """Send log lines to stderr from the configured level on, as key=value pairs."""
    import logging

    import structlog

    level = logging.getLevelNamesMapping().get(settings.log_level.upper(), logging.WARNING)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def quiet_litellm() -> None:
    """Set LiteLLM's own switches, so that it may be imported: no network, no `.env` of its own."""
    for name, value in _LIBRARIES.items():
        if name.startswith("LITELLM_"):
            os.environ.setdefault(name, value)


def has_provider_key(model: str) -> bool:
    """Return whether the usual key variable of a model's provider is set, for `doctor`."""
    provider = model.split("/", 1)[0].upper().replace("-", "_") if "/" in model else "OPENAI"
    return bool(os.environ.get(f"{provider}_API_KEY"))
