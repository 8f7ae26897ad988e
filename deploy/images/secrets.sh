#!/bin/sh
# Prints .env.example with a new secret wherever one is wanted: umask 077; sh deploy/images/secrets.sh > .env
set -eu

while IFS= read -r line; do
  case $line in
    INTAKE_IDENTITY_KEY= | INTAKE_INDEX_KEY= | ADUAN_SEALING_KEY_*= | OMBUDSMAN_SIGNING_KEY=)
      printf '%s%s\n' "$line" "$(openssl rand -base64 32)" ;;
    *_PASSWORD= | *_PASSWORD_*= | *_SECRET= | ADUAN_SECRET_KEY_*=)
      printf '%s%s\n' "$line" "$(openssl rand -hex 32)" ;;
    *)
      printf '%s\n' "$line" ;;
  esac
done < "$(dirname "$0")/../../.env.example"
