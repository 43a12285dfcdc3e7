package dev.boardcast.web.audit;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Names each request: as the client or a proxy did in the header {@value #HEADER}, else by a new id
 * that is unique in the cluster. The response and the log tell it. Thread safe.
 */
public final class RequestId {
  public static final String HEADER = "X-Request-Id";

  private static final CharSequence NAME = HttpHeaders.createOptimized(HEADER);
  private static final Pattern GIVEN = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,100}");
  private static final String KEY = "boardcast.request-id";
  private static final String PROCESS = random();
  private static final AtomicLong NEXT = new AtomicLong();

  private RequestId() {}

  /** Names a request, and sets the header of its response. */
  public static void set(RoutingContext context) {
    context.put(KEY, set(context.request()));
  }

  /** Names a request that no router handles, and sets the header of its response. */
  public static String set(HttpServerRequest request) {
    String given = request.getHeader(NAME);
    String id =
        given != null && GIVEN.matcher(given).matches()
            ? given
            : PROCESS + '-' + Long.toString(NEXT.incrementAndGet(), Character.MAX_RADIX);
    request.response().putHeader(NAME, id);
    RequestContext.set(id);
    return id;
  }

  /** The id of a request; null before it was named. */
  public static String of(RoutingContext context) {
    return context.get(KEY);
  }

  /** The id in a response, which names its request first if nothing did. */
  public static String of(HttpServerRequest request) {
    String known = request.response().headers().get(NAME);
    return known == null ? set(request) : known;
  }

  private static String random() {
    byte[] bytes = new byte[6];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
