package dev.boardcast.metrics.annotations;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Something that happened at a time, or for a time, as a client sees it. Immutable.
 *
 * @param until null for a moment
 * @param text null for none
 * @param boards that it is about; empty for all
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Annotation(
    UUID id,
    Instant at,
    Instant until,
    String title,
    String text,
    List<String> boards,
    List<String> tags,
    String createdBy,
    Instant createdAt) {

  /** The same without the names of other boards. */
  Annotation naming(Set<String> visible) {
    var named = boards.stream().filter(visible::contains).toList();
    return new Annotation(id, at, until, title, text, named, tags, createdBy, createdAt);
  }
}
