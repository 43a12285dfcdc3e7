package dev.boardcast.http;

/**
 * Bounds of the HTTP API.
 *
 * @param maxBody most bytes of a body that is read whole; default 1 MiB
 * @param maxLine most bytes of one line of an NDJSON body; default 64 KiB
 * @param batch most facts written in one transaction; default 2000
 * @param maxRejections most rejected lines listed in an answer; the rest are only counted; default
 *     100
 */
public record HttpConfig(int maxBody, int maxLine, int batch, int maxRejections) {
  public static final HttpConfig DEFAULTS = new HttpConfig(1 << 20, 64 << 10, 2000, 100);

  public HttpConfig {
    if (maxBody < 1024) {
      throw new IllegalArgumentException("http-max-body must be at least 1024, was " + maxBody);
    }
    if (maxLine < 256) {
      throw new IllegalArgumentException("http-max-line must be at least 256, was " + maxLine);
    }
    if (batch < 1 || batch > 5000) {
      throw new IllegalArgumentException("http-batch must be 1 to 5000, was " + batch);
    }
    if (maxRejections < 0) {
      throw new IllegalArgumentException(
          "http-max-rejections must be at least 0, was " + maxRejections);
    }
  }
}
