# A base image for the processor with the distribution's libvips, which reads and writes HEIC, too, and fonts for more
# scripts. See docs/deployment.md, "HEIC and more fonts".
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble
USER root
RUN apt-get update \
 && apt-get install -y --no-install-recommends libvips42t64 \
      libheif-plugin-aomdec libheif-plugin-aomenc libheif-plugin-libde265 libheif-plugin-x265 \
      fonts-dejavu-core fonts-noto-core fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
# The engine loads this libvips, not the one that comes with it.
ENV Processor__Libvips=system
USER $APP_UID
