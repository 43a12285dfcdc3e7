package dev.boardcast.web;

import java.time.Duration;

/** Values of {@code Cache-Control}: what browsers and proxies may keep of a response. */
public final class Caching {
  /** Nothing may be kept: the response is for its caller alone. */
  public static final String NONE = "no-store";

  /** A cache answers with a copy that is at most two seconds old. */
  private static final String SHORT = "public, max-age=1, stale-while-revalidate=1";

  // Nodes may differ for a while in who may read what: what is new is not kept for long.
  private static final Duration SETTLED = Duration.ofMinutes(1);
  private static final String YOUNG = "public, max-age=60, immutable";
  private static final String FINAL = "public, max-age=86400, immutable";

  private Caching() {}

  /**
   * The value for a response.
   *
   * @param isPublic whether everybody may see it
   * @param isFinal whether it never changes
   */
  public static String of(boolean isPublic, boolean isFinal) {
    if (!isPublic) return NONE;
    return isFinal ? FINAL : SHORT;
  }

  /**
   * The value for a response that never changes.
   *
   * @param isPublic whether everybody may see it
   * @param age since its newest part was made
   */
  public static String ofFinal(boolean isPublic, Duration age) {
    if (!isPublic) return NONE;
    return age.compareTo(SETTLED) > 0 ? FINAL : YOUNG;
  }
}
