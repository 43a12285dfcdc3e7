package dev.boardcast.web;

/** Values of {@code Cache-Control}: what browsers and proxies may keep of a response. */
public final class Caching {
  /** Nothing may be kept: the response is for its caller alone. */
  public static final String NONE = "no-store";

  private Caching() {}

  /**
   * The value for a response.
   *
   * @param isPublic whether everybody may see it
   * @param isFinal whether it never changes
   */
  public static String of(boolean isPublic, boolean isFinal) {
    if (!isPublic) return NONE;
    return isFinal ? "public, max-age=86400, immutable" : "public, no-cache";
  }
}
