# The package and its command, with compiled kernels kept in the image:
#   docker build -t pbwm .
#   mkdir -p results   # otherwise docker makes it, and only root can write to it
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD/results:/work/results" pbwm compare 12ax
FROM python:3.13-slim
COPY . /src
RUN pip install --no-cache-dir "/src[parquet,xarray]" && rm -rf /src
ENV NUMBA_CACHE_DIR=/var/cache/pbwm MPLCONFIGDIR=/var/cache/pbwm/matplotlib
RUN mkdir -p "$NUMBA_CACHE_DIR" && chmod 1777 "$NUMBA_CACHE_DIR"
WORKDIR /work
RUN pbwm compare 12ax --networks 2 --epochs 1 --no-save && chmod -R a+rwX "$NUMBA_CACHE_DIR"
ENTRYPOINT ["pbwm"]
CMD ["--help"]
