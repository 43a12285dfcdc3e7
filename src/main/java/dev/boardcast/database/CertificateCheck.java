package dev.boardcast.database;

import io.vertx.core.VertxException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers why the certificate of PostgreSQL was refused, and logs each cause once: Vert.x's
 * client says only that the handshake failed. One per node; thread safe.
 */
public final class CertificateCheck {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateCheck.class);

  private volatile CertificateException refused;

  /** The cause of a failed connection: the refused certificate, if it failed for that. */
  public Throwable explain(Throwable failure) {
    CertificateException known = refused;
    boolean isHandshake =
        Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
            .limit(16)
            .anyMatch(CertificateCheck::isHandshake);
    return known != null && isHandshake ? known : failure;
  }

  private static boolean isHandshake(Throwable cause) {
    return cause instanceof VertxException
        && Optional.ofNullable(cause.getMessage()).orElse("").contains("handshake");
  }

  /** Checks as another one does. */
  X509ExtendedTrustManager watch(X509ExtendedTrustManager other, PostgresAddress server) {
    return new Watching(other, server);
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private void check(PostgresAddress server, Check check) throws CertificateException {
    try {
      check.run();
      refused = null;
    } catch (CertificateException failure) {
      report(server, failure);
      refused = failure;
      throw failure;
    }
  }

  private void report(PostgresAddress server, CertificateException failure) {
    CertificateException before = refused;
    if (before != null && String.valueOf(before.getMessage()).equals(failure.getMessage())) return;
    TlsFailure.of(failure).ifPresent(tls -> LOG.warn("{}", server.message(tls, failure)));
  }

  private final class Watching extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager other;
    private final PostgresAddress server;

    Watching(X509ExtendedTrustManager other, PostgresAddress server) {
      this.other = other;
      this.server = server;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(server, () -> other.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(server, () -> other.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(server, () -> other.checkServerTrusted(chain, type));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      other.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      other.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      other.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return other.getAcceptedIssuers();
    }
  }
}
