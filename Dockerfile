# The image: one native binary and the time zones, on a base without a shell and without a package manager.
#
#   docker build --build-arg BUILD_IMAGE=... --build-arg BASE_IMAGE=... --tag admissionguard:0.1.0 .
#
# BUILD_IMAGE is a .NET 10 SDK with the tools that Native AOT needs for linking (Microsoft's dotnet/sdk:10.0-noble-aot).
# BASE_IMAGE contains glibc, OpenSSL and CA certificates (Microsoft's dotnet/runtime-deps:10.0-noble-chiseled). Both
# arguments have no default, so that a release pins them by digest, from a registry that it trusts. See
# deploy/docs/image.md.
ARG BUILD_IMAGE
ARG BASE_IMAGE

# Packages are restored in a separate layer, which is rebuilt only when a project or lock file changes.
FROM ${BUILD_IMAGE} AS restore
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Directory.Build.props src/BannedSymbols.txt src/
COPY src/AdmissionGuard.Core/AdmissionGuard.Core.csproj src/AdmissionGuard.Core/packages.lock.json src/AdmissionGuard.Core/
COPY src/AdmissionGuard.Kubernetes/AdmissionGuard.Kubernetes.csproj src/AdmissionGuard.Kubernetes/packages.lock.json src/AdmissionGuard.Kubernetes/
COPY src/AdmissionGuard.Server/AdmissionGuard.Server.csproj src/AdmissionGuard.Server/packages.lock.json src/AdmissionGuard.Server/
COPY src/AdmissionGuard.Tools/AdmissionGuard.Tools.csproj src/AdmissionGuard.Tools/packages.lock.json src/AdmissionGuard.Tools/
COPY src/AdmissionGuard/AdmissionGuard.csproj src/AdmissionGuard/packages.lock.json src/AdmissionGuard/
# Builders set it to the target platform. .NET accepts the names of both architectures.
ARG TARGETARCH
RUN dotnet restore src/AdmissionGuard --os linux --arch "${TARGETARCH:-amd64}" --locked-mode

FROM restore AS build
COPY .editorconfig ./
COPY src/ src/
# The doctor contains the manifests that it compares an installation with.
COPY deploy/base/ deploy/base/
COPY deploy/components/ deploy/components/
RUN dotnet publish src/AdmissionGuard --configuration Release --os linux --arch "${TARGETARCH:-amd64}" --no-restore --output /app

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="AdmissionGuard" \
      org.opencontainers.image.description="Admission webhooks that complete, authorize and verify moves of namespaces between tenants"
# Maintenance windows use IANA time zones, which minimal base images don't contain.
COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
COPY --from=build /app/admissionguard /admissionguard
EXPOSE 9443 8080
USER 1654
ENTRYPOINT ["/admissionguard"]
CMD ["serve"]
