package dev.boardcast.web;

import dev.boardcast.spi.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Refuses requests that two programs could read differently, where the decoders of Vert.x accept
 * them: RFC 9112 (3.2) on {@code Host} and the request target, RFC 9113 (8.2) on fields of HTTP/2,
 * RFC 9110 (5.3) on fields that occur twice, and RFC 9110 (10.1.1) on {@code Expect}. A connection
 * of HTTP/1.1 cannot be used after a refusal, since where the next request begins is not certain.
 */
public final class RequestSyntax {
  // Fields with one value, which this server reads.
  private static final List<CharSequence> SINGLE =
      List.of(
          HttpHeaders.AUTHORIZATION,
          HttpHeaders.CONTENT_TYPE,
          HttpHeaders.ORIGIN,
          "Idempotency-Key",
          "Last-Event-ID");
  // RFC 3986, 3.2: a name or address, and a port.
  private static final Pattern HOST =
      Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\\[[0-9A-Fa-f:.]+])(?::[0-9]*)?");
  private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://([^/?]*).*");

  private RequestSyntax() {}

  /**
   * @throws Problem 400 for a malformed request, 417 for an expectation that is not met
   */
  public static void check(HttpServerRequest request) {
    MultiMap headers = request.headers();
    if (request.version() == HttpVersion.HTTP_2) checkFields(headers);
    if (headers.contains("")) throw malformed("a header field has no name");
    checkHost(request);
    checkTarget(request.uri());
    for (CharSequence name : SINGLE) {
      if (headers.getAll(name).size() > 1) throw Problem.invalid(name.toString(), "one field");
    }
    String expect = headers.get(HttpHeaders.EXPECT);
    if (expect != null
        && request.version() != HttpVersion.HTTP_1_0
        && !Expectation.CONTINUE.equalsIgnoreCase(expect)) {
      throw Problem.of(417, "Expectation failed", "the only expectation is 100-continue");
    }
  }

  /** In HTTP/1.1, in a log or in another field, control characters would begin a new line. */
  private static void checkFields(MultiMap headers) {
    for (Map.Entry<String, String> field : headers) {
      if (hasControl(field.getKey()) || hasControl(field.getValue())) {
        throw malformed("a header field has control characters");
      }
    }
  }

  private static void checkHost(HttpServerRequest request) {
    List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
    if (hosts.size() > 1) throw malformed("it has more than one field Host");
    if (hosts.isEmpty()) {
      if (request.version() == HttpVersion.HTTP_1_1) throw malformed("it has no field Host");
      return;
    }
    if (!isPlainHost(hosts.get(0)) && !HOST.matcher(hosts.get(0)).matches()) {
      throw malformed("the field Host is malformed");
    }
    if (isOriginForm(request.uri())) return;
    var absolute = ABSOLUTE.matcher(request.uri());
    if (absolute.matches() && !absolute.group(1).equalsIgnoreCase(hosts.get(0))) {
      throw malformed("the host of the request target is not that of the field Host");
    }
  }

  private static void checkTarget(String target) {
    if (!isOriginForm(target) && (target == null || !ABSOLUTE.matcher(target).matches())) {
      throw malformed("the request target does not begin with a slash");
    }
    for (int i = 0; i < target.length(); i++) {
      char at = target.charAt(i);
      if (at <= ' ' || at >= 0x7f || at == '#' || at == '\\') {
        throw malformed("the request target has characters that must be percent-encoded");
      }
    }
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    PercentEncoding.check(target);
    if (!path.contains("/.") && path.indexOf('%') < 0) return;
    for (String segment : path.split("/", -1)) {
      String plain = segment.replaceAll("(?i)%2e", ".");
      // A proxy that resolves them and one that does not would see two paths.
      if (plain.equals(".") || plain.equals("..")) throw malformed("the path has dot segments");
    }
  }

  private static boolean isOriginForm(String target) {
    return target != null && target.startsWith("/");
  }

  /** A name or an IPv4 address, as nearly every request has; others are matched by a pattern. */
  private static boolean isPlainHost(String host) {
    int port = host.indexOf(':');
    for (int i = 0; i < host.length(); i++) {
      char at = host.charAt(i);
      boolean isDigit = at >= '0' && at <= '9';
      boolean isLetter = (at >= 'a' && at <= 'z') || (at >= 'A' && at <= 'Z');
      boolean isOfName = port < 0 || i < port;
      if (isDigit || i == port || (isOfName && (isLetter || at == '.' || at == '-'))) continue;
      return false;
    }
    return true;
  }

  private static boolean hasControl(String text) {
    if (text == null) return false;
    for (int i = 0; i < text.length(); i++) {
      char at = text.charAt(i);
      if ((at < ' ' && at != '\t') || at == 0x7f) return true;
    }
    return false;
  }

  static Problem malformed(String detail) {
    return Problem.of(400, "Bad request", detail);
  }
}
