package dev.boardcast.database;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Why no encrypted connection to a server came about. Such a failure does not pass by waiting: an
 * operator must change a certificate or a setting.
 */
public enum TlsFailure {
  NOT_TRUSTED(
      "certificate not trusted",
      "has a certificate that no authority of %s has signed; if that is empty, none that Java"
          + " trusts"),
  OTHER_HOST("certificate for another host", "has a certificate for another host name"),
  EXPIRED("certificate expired", "has a certificate that expired"),
  NOT_YET_VALID("certificate not yet valid", "has a certificate that is not yet valid"),
  NOT_OFFERED("no TLS offered", "offers no TLS"),
  REFUSED("TLS handshake refused", "refused the TLS handshake");

  private final String summary;
  private final String sentence;

  TlsFailure(String summary, String sentence) {
    this.summary = summary;
    this.sentence = sentence;
  }

  /** In a few words, without addresses. */
  public String summary() {
    return summary;
  }

  /**
   * One line for the operator.
   *
   * @param server such as {@code pg db.example:5432}
   * @param rootCert the setting that names the trusted authorities
   */
  public String message(String server, String rootCert, Throwable failure) {
    return server + " " + sentence.formatted(rootCert) + detail(failure);
  }

  /** The failure of TLS that is among the causes of a failure. */
  public static Optional<TlsFailure> of(Throwable failure) {
    List<Throwable> causes =
        Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(16).toList();
    if (causes.stream().anyMatch(TlsFailure::isRefusedByServer)) return Optional.of(NOT_OFFERED);
    if (has(causes, CertificateExpiredException.class)) return Optional.of(EXPIRED);
    if (has(causes, CertificateNotYetValidException.class)) return Optional.of(NOT_YET_VALID);
    if (causes.stream().anyMatch(TlsFailure::isOtherHost)) return Optional.of(OTHER_HOST);
    if (has(causes, CertPathBuilderException.class)) return Optional.of(NOT_TRUSTED);
    if (has(causes, CertPathValidatorException.class)) return Optional.of(NOT_TRUSTED);
    return causes.stream().anyMatch(TlsFailure::isAlert) ? Optional.of(REFUSED) : Optional.empty();
  }

  /** The server has refused what was offered; a connection that broke off may come about later. */
  private static boolean isAlert(Throwable cause) {
    return cause instanceof SSLException && text(cause).contains("alert");
  }

  private static boolean has(List<Throwable> causes, Class<?> type) {
    return causes.stream().anyMatch(type::isInstance);
  }

  /** PostgreSQL answers whether it speaks TLS; other servers send something else than TLS. */
  private static boolean isRefusedByServer(Throwable cause) {
    String message = text(cause);
    return message.contains("does not support ssl")
        || message.contains("does not handle ssl")
        || message.contains("not an ssl/tls record")
        || message.contains("unsupported or unrecognized ssl message");
  }

  private static boolean isOtherHost(Throwable cause) {
    String message = text(cause);
    return message.contains("subject alternative")
        || message.contains("no name matching")
        || message.contains("hostnameverifier")
        || message.contains("could not be verified by hostname");
  }

  private static String text(Throwable cause) {
    return cause.getMessage() == null ? "" : cause.getMessage().toLowerCase(Locale.ROOT);
  }

  /** What the library says of it, if that tells more. */
  private String detail(Throwable failure) {
    if (this == NOT_OFFERED || this == NOT_TRUSTED) return "";
    String inner = "";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) inner = cause.getMessage();
    }
    return inner.isEmpty() ? "" : " (" + inner + ")";
  }
}
