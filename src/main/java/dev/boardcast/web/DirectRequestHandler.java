package dev.boardcast.web;

import dev.boardcast.web.audit.RequestId;
import dev.boardcast.web.limits.AcceptedConnections;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * Passes each request of a port, whose syntax was checked, to what takes it directly, and otherwise
 * to a router. Responses have the same headers either way. Thread safe as the router is.
 */
public final class DirectRequestHandler implements Handler<HttpServerRequest> {
  private static final int BAD_REQUEST = 400;

  private final String basePath;
  private final List<DirectRequests> direct;
  private final Handler<HttpServerRequest> router;
  private final AccessLog log;

  /**
   * @param basePath below which the paths are, or empty
   * @param log of what is refused directly
   */
  public DirectRequestHandler(
      String basePath,
      List<DirectRequests> direct,
      Handler<HttpServerRequest> router,
      AccessLog log) {
    this.basePath = basePath;
    this.direct = direct;
    this.router = router;
    this.log = log;
  }

  @Override
  public void handle(HttpServerRequest request) {
    String path = relative(PercentEncoding.normalized(request.path()));
    // A router answers it.
    if (path != null && !request.headers().contains(HttpHeaders.EXPECT)) {
      for (DirectRequests each : direct) {
        if (!each.takes(request, path)) continue;
        begin(request, each.template(path).orElse(null));
        each.handle(request, path);
        return;
      }
    }
    router.handle(request);
  }

  private void begin(HttpServerRequest request, String template) {
    long arrived = System.nanoTime();
    SecurityHeaders.set(request.response());
    RequestId.set(request);
    request
        .response()
        .headersEndHandler(end -> SecurityHeaders.setPrivate(request.response()))
        .endHandler(
            ended -> {
              AcceptedConnections.end(request);
              refused(request, template, System.nanoTime() - arrived);
            });
  }

  /** What is accepted is written to the log by those who accept it. */
  private void refused(HttpServerRequest request, String template, long nanos) {
    var response = request.response();
    int status = response.getStatusCode();
    if (status < BAD_REQUEST) return;
    log.write(request, new AccessLog.Entry(template, status, response.bytesWritten(), nanos, null));
  }

  /** The path below the base path; null for one that is not below it. */
  private String relative(String path) {
    if (path == null || basePath.isEmpty()) return path;
    return path.startsWith(basePath + "/") ? path.substring(basePath.length()) : null;
  }
}
