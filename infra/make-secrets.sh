#!/bin/sh
# Makes the secrets that infra/compose.yaml and infra/compose.demo.yaml name, in infra/secrets or the folder that is given.
# What is there is kept: the database and the log depend on it. Needs openssl.
set -eu

folder=${1:-$(dirname "$0")/secrets}
# Containers read the files as users of their own, so that only the folder keeps others out.
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

# once NAME TEXT: the file, whole or not at all.
once() {
  if [ -e "$1" ]; then return; fi
  printf '%s\n' "$2" > "$1.part"
  chmod 644 "$1.part"
  mv "$1.part" "$1"
  echo "made $folder/$1"
}

once postgres-password "$(openssl rand -hex 24)"
once postgres-owner-url "postgres://inquest_owner:$(cat postgres-password)@postgres:5432/inquest"
once postgres-url "postgres://inquest_app:$(openssl rand -hex 24)@postgres:5432/inquest"
once hash-key "$(openssl rand -base64 32)"

# Of the demonstration.
once demo.env "INQUEST_DEMO_PASSWORD=$(openssl rand -hex 6)"
if ! [ -e keycloak-certificate ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -subj /CN=keycloak \
    -addext subjectAltName=DNS:keycloak -keyout keycloak-key -out keycloak-certificate.part 2> /dev/null
  chmod 644 keycloak-key keycloak-certificate.part
  mv keycloak-certificate.part keycloak-certificate
  echo "made $folder/keycloak-certificate"
fi
