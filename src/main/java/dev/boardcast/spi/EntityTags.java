package dev.boardcast.spi;

import dev.boardcast.spi.Problem.FieldError;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The entity tags of an HTTP precondition, {@code If-Match} or {@code If-None-Match} (RFC 9110,
 * 13.1): {@code *}, or a list of at most {@value #MAX_TAGS} strong and weak tags. Immutable.
 */
public final class EntityTags {
  static final int MAX_TAGS = 32;

  private static final String ANY = "*";
  private static final Pattern NEXT =
      Pattern.compile("[ \\t,]*((?:W/)?\"[\\x21\\x23-\\x7e\\x80-\\xff]*\")[ \\t]*(?:,|$)");
  private static final Pattern REST = Pattern.compile("[ \\t,]*");

  private final String header;
  private final List<String> tags;

  private EntityTags(String header, List<String> tags) {
    this.header = header;
    this.tags = List.copyOf(tags);
  }

  /**
   * The header {@code If-Match} of a request.
   *
   * @throws Problem 400 when it is malformed
   */
  public static Optional<EntityTags> ifMatch(HttpServerRequest request) {
    return read(request, "If-Match");
  }

  /**
   * The header {@code If-None-Match} of a request.
   *
   * @throws Problem 400 when it is malformed
   */
  public static Optional<EntityTags> ifNoneMatch(HttpServerRequest request) {
    return read(request, "If-None-Match");
  }

  /**
   * Sets the entity tag of a response, and ends it with 304 when the client has that version.
   * Called when the other headers are set: 304 has those of 200.
   *
   * @param known the {@link #ifNoneMatch} of the request
   * @param tag in quotes
   * @return whether the response has ended
   */
  public static boolean endUnchanged(
      RoutingContext context, Optional<EntityTags> known, String tag) {
    context.response().putHeader(HttpHeaders.ETAG, tag);
    if (known.filter(tags -> tags.matchesWeakly(tag)).isEmpty()) return false;
    context.response().setStatusCode(304).end();
    return true;
  }

  /** The tags as received, such as {@code W/"3"}. */
  public List<String> tags() {
    return tags;
  }

  /** Whether a version is one of them by strong comparison, as {@code If-Match} compares. */
  public boolean matchesStrongly(String tag) {
    return tags.contains(ANY) || (!isWeak(tag) && tags.contains(tag));
  }

  /** Whether a version is one of them by weak comparison, as {@code If-None-Match} compares. */
  public boolean matchesWeakly(String tag) {
    if (tags.contains(ANY)) return true;
    String opaque = opaque(tag);
    return tags.stream().anyMatch(each -> opaque(each).equals(opaque));
  }

  /** 412 for a version that does not match. */
  public Problem failed(String current) {
    return Problem.of(
        412, "Changed meanwhile", new FieldError(header, current + ", which it is now"));
  }

  private static boolean isWeak(String tag) {
    return tag.startsWith("W/");
  }

  private static String opaque(String tag) {
    return isWeak(tag) ? tag.substring(2) : tag;
  }

  private static Optional<EntityTags> read(HttpServerRequest request, String header) {
    List<String> lines = request.headers().getAll(header);
    if (lines.isEmpty()) return Optional.empty();
    String all = String.join(",", lines).strip();
    if (all.equals(ANY)) return Optional.of(new EntityTags(header, List.of(ANY)));
    var tags = new ArrayList<String>();
    Matcher next = NEXT.matcher(all);
    int at = 0;
    while (tags.size() < MAX_TAGS && next.region(at, all.length()).lookingAt()) {
      tags.add(next.group(1));
      at = next.end();
    }
    if (tags.isEmpty() || !REST.matcher(all.substring(at)).matches()) {
      throw Problem.invalid(
          header, "* or at most " + MAX_TAGS + " entity tags as they were given, such as \"3\"");
    }
    return Optional.of(new EntityTags(header, tags));
  }
}
