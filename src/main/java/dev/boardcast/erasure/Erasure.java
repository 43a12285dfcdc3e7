package dev.boardcast.erasure;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A request to erase a user, and its receipt when it is finished.
 *
 * @param user null when it is finished
 * @param pseudonym what takes the place of the user's name; null when it is finished
 * @param salt of the digest
 * @param userDigest SHA-256 of salt and user, in hexadecimal: who knows the user can check it
 * @param dryRun whether rows are only counted
 * @param texts whether the name is also replaced where it is a word of a longer text
 * @param rows changed or deleted rows by table; of a dry run those that would be
 * @param atLeast tables of a dry run that have more rows than were found in its time
 * @param waits what it waits for, such as boards that are not recomputed yet, and why
 * @param error why it failed; null if it did not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Erasure(
    UUID id,
    @JsonIgnore String user,
    @JsonIgnore String pseudonym,
    String salt,
    String userDigest,
    boolean dryRun,
    boolean texts,
    String requestedBy,
    Instant requestedAt,
    Instant finishedAt,
    String error,
    Map<String, Long> rows,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> atLeast,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> waits) {

  @JsonIgnore
  public boolean isOver() {
    return finishedAt != null;
  }
}
