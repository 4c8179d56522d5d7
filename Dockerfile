# The application in a browser, for a class or a machine of one's own.  On Linux, in the folder to serve:
#
#   docker build --tag tui-ann PATH-TO-THIS
#   docker run --rm --init --network host --user "$(id -u)" --cap-drop all --security-opt no-new-privileges \
#     --volume "$PWD:/work" tui-ann
#
# It listens at 127.0.0.1 alone, in a container as elsewhere, so a published port (-p) reaches nothing.  With
# --network host that is the machine's own 127.0.0.1: open the printed address there, or forward the port by ssh.

FROM python:3.13-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev
COPY . /source
RUN TUI_ANN_BUILD_KERNEL=require pip wheel --no-cache-dir --no-deps --wheel-dir /wheels /source

FROM python:3.13-slim
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir "$(ls /wheels/*.whl)[web,data]" \
    && useradd --uid 1000 --create-home student \
    && install --directory --owner student /work
USER student
WORKDIR /work
ENTRYPOINT ["tui-ann", "serve", "/work"]
