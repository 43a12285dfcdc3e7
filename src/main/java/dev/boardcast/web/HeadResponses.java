package dev.boardcast.web;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import io.vertx.ext.web.RoutingContext;
import java.io.File;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Keeps the content out of answers to HEAD over HTTP/2, where Vert.x sends it; over HTTP/1.1 it
 * does not. Thread safe.
 */
public final class HeadResponses {
  private HeadResponses() {}

  /** The same request, whose answer has a head only if that is all a client may get. */
  static HttpServerRequest of(HttpServerRequest request) {
    if (request.method() != HttpMethod.HEAD || request.version() != HttpVersion.HTTP_2) {
      return request;
    }
    return new HeadRequest((HttpServerRequestInternal) request);
  }

  /** The same for a request on a router of an application, whose server does not do this. */
  public static RoutingContext of(RoutingContext context) {
    HttpServerRequest request = of(context.request());
    if (request == context.request()) return context;
    return (RoutingContext)
        Proxy.newProxyInstance(
            context.getClass().getClassLoader(),
            interfaces(context.getClass()),
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "request" -> request;
                  case "response" -> request.response();
                  default -> call(context, method, arguments);
                });
  }

  /** All of them: routers use more of a context than its public interface. */
  private static Class<?>[] interfaces(Class<?> type) {
    var all = new LinkedHashSet<Class<?>>();
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      all.addAll(List.of(at.getInterfaces()));
    }
    return all.toArray(Class<?>[]::new);
  }

  private static final class HeadRequest extends HttpServerRequestWrapper {
    private final HttpServerResponse response;

    private HeadRequest(HttpServerRequestInternal request) {
      super(request);
      response =
          (HttpServerResponse)
              Proxy.newProxyInstance(
                  HttpServerResponse.class.getClassLoader(),
                  new Class<?>[] {HttpServerResponse.class},
                  new HeadOnly(request.response()));
    }

    @Override
    public HttpServerResponse response() {
      return response;
    }
  }

  /** Passes everything on but the content. */
  private record HeadOnly(HttpServerResponse response) implements InvocationHandler {
    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      switch (method.getName()) {
        case "write":
          return Future.succeededFuture();
        case "writeHead":
          return response.writeHead();
        case "end", "send":
          return end(arguments == null || arguments.length == 0 ? null : arguments[0]);
        case "sendFile":
          return arguments[0] instanceof String file ? endFile(file, arguments) : response.end();
        default:
          Object result = call(response, method, arguments);
          return result == response ? proxy : result;
      }
    }

    private Future<Void> end(Object content) {
      if (content instanceof Buffer buffer) length(buffer.length());
      if (content instanceof String text) length(Buffer.buffer(text).length());
      return response.end();
    }

    private Future<Void> endFile(String file, Object[] arguments) {
      long size = new File(file).length();
      long from = arguments.length > 1 && arguments[1] instanceof Long offset ? offset : 0;
      long most = arguments.length > 2 && arguments[2] instanceof Long given ? given : size;
      length(Math.max(0, Math.min(size - from, most)));
      return response.end();
    }

    private void length(long bytes) {
      var headers = response.headers();
      if (!headers.contains(HttpHeaders.CONTENT_LENGTH)) {
        headers.set(HttpHeaders.CONTENT_LENGTH, Long.toString(bytes));
      }
    }
  }

  private static Object call(Object object, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(object, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }
}
