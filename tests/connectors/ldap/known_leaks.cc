// Debian's libldap 2.5 (GnuTLS) frees neither the client certificate nor its key with the TLS
// context they were loaded into: some 17 KB per connection that has a `cert_file`. Nor does
// it free the default priorities that ours replace.

extern "C" const char* __lsan_default_suppressions();

extern "C" const char* __lsan_default_suppressions() {
  return "leak:gnutls_x509_privkey_init\nleak:gnutls_x509_crt_init\nleak:gnutls_priority_init\n";
}
