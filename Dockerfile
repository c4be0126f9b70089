# The same packages as `make install`, pinned with hashes, run by an ordinary user.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 VIRTUAL_ENV=/opt/coffeestudio
RUN pip install --no-cache-dir uv==0.13.9 && uv venv "$VIRTUAL_ENV"
COPY requirements.lock ./
RUN uv pip install --no-cache --require-hashes --compile-bytecode -r requirements.lock
WORKDIR /app
COPY pyproject.toml README.md ./
COPY db db
COPY knowledge knowledge
COPY migrations migrations
COPY tools tools
COPY agent agent
RUN uv pip install --no-cache --no-deps -e . && python -m compileall -q .

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home coffeestudio \
    && install -d -o coffeestudio -g coffeestudio -m 0700 /backups
COPY --from=build /opt/coffeestudio /opt/coffeestudio
COPY --from=build /app /app
# UTF-8 whatever the terminal says: names and sentences are German and Spanish.
ENV PATH=/opt/coffeestudio/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1 \
    COFFEESTUDIO_DATA_DIR=/home/coffeestudio/data
USER coffeestudio
WORKDIR /home/coffeestudio
CMD ["coffeestudio", "chat"]
