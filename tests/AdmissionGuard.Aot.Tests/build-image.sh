#!/usr/bin/env bash
# Builds the image from the Dockerfile with buildah, without pulling an image. Root file systems made from Debian packages
# replace the base images; the host's .NET SDK and NuGet packages are mounted. Creating them takes half a minute, once. The
# rest of the time is needed to publish the native binary.
#
# Usage: build-image.sh FOLDER     writes the image's files to FOLDER/root, the list of its base's files to FOLDER/base.txt
#                                  and its configuration to FOLDER/image.json; the build's output goes to standard output
#        build-image.sh --help
#
# Environment: XDG_CACHE_HOME  the cache folder; base images are in admissionguard/ (default: ~/.cache)
# Exit code: 0 success; 1 failure; 3 this machine can't build it (the reason is printed).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Increase this number if the base images change: they are then created again, in a new folder.
readonly recipe=1
readonly include_build=gcc,libc6-dev,zlib1g-dev,libssl3,ca-certificates,tzdata
readonly include_base=libc6,libgcc-s1,libssl3

case ${1-} in
  '' | -*) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "tests/AdmissionGuard.Aot.Tests/${0##*/}"; exit 0 ;;
esac
say() { echo "image: $*" >&2; }

[[ $(id -u) == 0 ]] || { say "building the image requires root"; exit 3; }
for tool in buildah mmdebstrap dotnet; do
  command -v "$tool" >/dev/null || { say "building the image requires $tool"; exit 3; }
done
unshare --mount true 2>/dev/null || { say "building the image requires the permission to mount"; exit 3; }
suite=$(. /etc/os-release; echo "${VERSION_CODENAME-}")
sources=$(grep -lsE "^(deb[[:space:]][^#]*|Suites:[^#]*)[[:space:]]$suite([[:space:]]|$)" \
  /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources | head -n 1 || true)
[[ -n $suite && -n $sources ]] || { say "apt has no source for the packages of this system, which the base images are made from"; exit 3; }

cache=${XDG_CACHE_HOME:-$HOME/.cache}/admissionguard
stand_ins=$cache/image-stand-ins-$suite-$recipe
mkdir -p "$cache" "$1"
target=$(cd "$1" && pwd)
rm -rf "${target:?}"/{root,base.txt,image.json}
# One run at a time: the second run uses the base images of the first.
exec 9>"$stand_ins.lock"
flock 9

# Delete the leftovers of a killed run: no other run builds while this one holds the lock.
umount "$cache"/image-building.*/store/overlay 2>/dev/null || true
rm -rf "$cache"/image-building.*
work=$(mktemp -d "$cache/image-building.XXXXXX")
images=(buildah --root "$work/store" --runroot "$work/run" --storage-driver "vfs")
finish() {
  "${images[@]}" rm --all >/dev/null 2>&1 9>&- || true
  umount "$work/store/overlay" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# overlay creates layers without copying, but not every file system supports it.
mkdir "$work"/{lower,upper,over,merged}
if mount -t overlay overlay -o "lowerdir=$work/lower,upperdir=$work/upper,workdir=$work/over" "$work/merged" 2>/dev/null; then
  umount "$work/merged"
  images[-1]=overlay
fi

if [[ ! -d $stand_ins ]]; then
  say "creating the base images, once"
  # Use apt's proxy and timeout settings.
  apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries|ForceIPv)' >"$work/apt.conf" || true
  mkdir "$work/stand-ins"
  make_root() { mmdebstrap --quiet --mode=root --variant="$1" --include="$2" --aptopt="$work/apt.conf" "$suite" "$3" "$sources" >&2 9>&-; }
  make_root minbase "$include_build" "$work/stand-ins/build"
  make_root extract "$include_base" "$work/stand-ins/base"
  ln -s ../share/dotnet/dotnet "$work/stand-ins/build/usr/bin/dotnet"
  for unused in usr/share/{doc,man,locale} var/cache/apt var/lib/apt; do rm -rf "$work"/stand-ins/*/"$unused"; done
  # The container runtime provides these, and apt created them for itself.
  rm -rf "$work"/stand-ins/base/{dev,etc,var}
  mkdir -p "$work/stand-ins/base/etc/ssl/certs"
  cp "$work/stand-ins/build/etc/ssl/certs/ca-certificates.crt" "$work/stand-ins/base/etc/ssl/certs/"
  mv "$work/stand-ins" "$stand_ins"
fi

stand_in() { # ROOT [OPTION OF buildah config]...
  local container
  container=$("${images[@]}" from scratch)
  "${images[@]}" copy --quiet "$container" "$stand_ins/$1" / >/dev/null
  "${images[@]}" config "${@:2}" "$container"
  "${images[@]}" commit --quiet --rm "$container" "localhost/$1" >/dev/null
}
stand_in base
# Without container isolation, a build server would continue to run after its step.
stand_in build --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 --env DOTNET_NOLOGO=1 --env DOTNET_CLI_TELEMETRY_OPTOUT=1 --env DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true \
  --env MSBUILDDISABLENODEREUSE=1 --env DOTNET_CLI_USE_MSBUILD_SERVER=0 --env UseSharedCompilation=false

sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
packages=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
mounts=(--volume "$sdk:/usr/share/dotnet:ro" --volume "${packages%/}:/root/.nuget/packages" --volume /etc/ssl/certs:/etc/ssl/certs:ro)
[[ ! -d $HOME/.nuget/NuGet ]] || mounts+=(--volume "$HOME/.nuget/NuGet:/root/.nuget/NuGet:ro")
case $(uname -m) in aarch64) architecture=arm64 ;; *) architecture=amd64 ;; esac
build() {
  "${images[@]}" bud --isolation chroot --pull-never --layers "${mounts[@]}" --build-arg TARGETARCH="$architecture" \
    --build-arg BUILD_IMAGE=localhost/build --build-arg BASE_IMAGE=localhost/base "$@" 9>&-
}

# First build from a tree with another program: the second build must reuse its layer with the packages.
mkdir "$work/other"
cp -a Dockerfile .dockerignore .editorconfig global.json Directory.*.props src "$work/other/"
echo '// Changed.' >>"$work/other/src/AdmissionGuard/Program.cs"
build --target restore "$work/other" >&2
build --tag localhost/admissionguard .

container=$("${images[@]}" from --pull-never localhost/admissionguard)
cp -a "$("${images[@]}" mount "$container")" "$target/root"
( cd "$stand_ins/base" && find . -mindepth 1 -printf '/%P\n' ) >"$target/base.txt"
"${images[@]}" inspect --type image localhost/admissionguard >"$target/image.json"
