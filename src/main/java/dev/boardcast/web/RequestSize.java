package dev.boardcast.web;

import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;

/** How large the head of a request may be, alike on HTTP/1.1 and HTTP/2: a token has 8 KiB. */
public final class RequestSize {
  /** The longest request line, which may have a token in its query. */
  public static final int MAX_LINE = 12 << 10;

  /** All header fields. */
  public static final int MAX_HEADER = 16 << 10;

  // HTTP/2 counts 32 bytes more for each field, and the request target as one.
  private static final int MAX_LIST = MAX_LINE + MAX_HEADER;

  private RequestSize() {}

  /** The settings of HTTP/2 connections. */
  public static Http2Settings http2() {
    return new HttpServerOptions().getInitialSettings().setMaxHeaderListSize(MAX_LIST);
  }
}
