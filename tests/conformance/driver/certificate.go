// certificate.go: a server that speaks TLS, and the certificates that it shows:
// right ones, and such as nobody may take.

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"time"
)

// What a certificate may be; clients trust the authority of all but the last
// two.
var certificates = []string{"good", "another name", "common name", "expired",
	"not yet valid", "self-signed", "unknown authority"}

type authority struct {
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
}

func template(serial int64, from, to time.Duration) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{SerialNumber: big.NewInt(serial),
		Subject:   pkix.Name{CommonName: "corpus"},
		NotBefore: now.Add(from), NotAfter: now.Add(to),
		KeyUsage: x509.KeyUsageDigitalSignature}
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	made := template(1, -time.Hour, time.Hour)
	made.Subject.CommonName = "corpus authority"
	made.IsCA = true
	made.BasicConstraintsValid = true
	made.KeyUsage = x509.KeyUsageCertSign
	bytes, err := x509.CreateCertificate(rand.Reader, made, made, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(bytes)
	return &authority{key: key, certificate: certificate}, err
}

// write gives the path of the authority's certificate.
func (a *authority) write() (string, error) {
	file, err := os.CreateTemp("", "corpus-authority-*.pem")
	if err != nil {
		return "", err
	}
	defer file.Close()
	return file.Name(), pem.Encode(file, &pem.Block{Type: "CERTIFICATE",
		Bytes: a.certificate.Raw})
}

func (a *authority) sign(made *x509.Certificate) (tls.Certificate, error) {
	bytes, err := x509.CreateCertificate(rand.Reader, made, a.certificate,
		&a.key.PublicKey, a.key)
	return tls.Certificate{Certificate: [][]byte{bytes}, PrivateKey: a.key}, err
}

// certificateOf makes one of the kind.
func (a *authority) certificateOf(kind string) (tls.Certificate, error) {
	made := template(2, -time.Hour, time.Hour)
	switch kind {
	case "expired":
		made = template(3, -2*time.Hour, -time.Hour)
	case "not yet valid":
		made = template(4, time.Hour, 2*time.Hour)
	}
	made.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	if kind == "another name" {
		made.IPAddresses = nil
		made.DNSNames = []string{"elsewhere.invalid"}
	}
	if kind == "common name" { // of the subject alone
		made.IPAddresses = nil
		made.Subject.CommonName = "localhost"
	}
	signer := a
	if kind == "self-signed" {
		bytes, err := x509.CreateCertificate(rand.Reader, made, made,
			&a.key.PublicKey, a.key)
		return tls.Certificate{Certificate: [][]byte{bytes},
			PrivateKey: a.key}, err
	}
	if kind == "unknown authority" {
		other, err := newAuthority()
		if err != nil {
			return tls.Certificate{}, err
		}
		signer = other
	}
	return signer.sign(made)
}
