#!/usr/bin/env bash
# Makes an authority and a certificate for the NATS servers, where you have no authority of your own: certificates.sh FOLDER
# The authority's key is thrown away: to renew, make all anew and restart the servers one after the other, then Kervan.
set -euo pipefail
folder=${1:?say into which folder}
names=${2:-DNS:nats-1,DNS:nats-2,DNS:nats-3,DNS:nats,DNS:*.nats,DNS:*.nats.kervan.svc.cluster.local,DNS:localhost,IP:127.0.0.1}
umask 077
mkdir -p "$folder"
key=$(mktemp)
trap 'rm -f "$key" "$folder/nats.csr"' EXIT
openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 825 \
    -subj "/CN=Kervan broker authority" -keyout "$key" -out "$folder/ca.crt" 2>/dev/null
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 \
    -subj "/CN=nats" -keyout "$folder/nats.key" -out "$folder/nats.csr" 2>/dev/null
openssl x509 -req -in "$folder/nats.csr" -CA "$folder/ca.crt" -CAkey "$key" -CAcreateserial -CAserial "$key.srl" -sha256 -days 825 \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$names") -out "$folder/nats.crt" 2>/dev/null
rm -f "$key.srl"
# read by the servers' own users in their containers; the folder is for its owner alone
chmod 0644 "$folder"/*.crt
chmod 0640 "$folder/nats.key"
