package dev.boardcast.admin;

import dev.boardcast.auth.revocation.RevocationStore;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Problem;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of a request that adds a revocation: one of {@code user}, {@code session}, {@code
 * token_id}, {@code key_id}; {@code issued_before} alone, or with {@code user} or {@code key_id}.
 *
 * @param until when it ends; null for the configured duration
 */
record NewRevocation(
    @Pattern(regexp = FieldRules.USER, message = FieldRules.USER_TEXT) String user,
    String session,
    @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT) String tokenId,
    @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT) String keyId,
    @PastOrPresent(message = FieldRules.PAST_TEXT) Instant issuedBefore,
    @NotNull(message = FieldRules.NAME_TEXT)
        @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT)
        String reason,
    Instant until) {
  private static final Duration MAX_DURATION = Duration.ofDays(3650);
  private static final String ONE_OF = "one of user, session, token_id, key_id, issued_before";

  /** What is revoked, for the audit trail. */
  String target() {
    var criteria = new ArrayList<String>();
    if (user != null) criteria.add("user:" + user);
    if (session != null) criteria.add("session:" + session);
    if (tokenId != null) criteria.add("token:" + tokenId);
    if (keyId != null) criteria.add("key:" + keyId);
    if (issuedBefore != null) criteria.add("issued_before:" + issuedBefore);
    return String.join(" ", criteria);
  }

  /**
   * The criteria.
   *
   * @throws Problem 400 naming the field that does not fit
   */
  RevocationStore.Criteria criteria(Instant now) {
    List<String> given = new ArrayList<>();
    if (user != null) given.add("user");
    if (session != null) given.add("session");
    if (tokenId != null) given.add("token_id");
    if (keyId != null) given.add("key_id");
    if (given.isEmpty() && issuedBefore == null) throw Problem.invalid("user", ONE_OF);
    if (given.size() > 1) {
      throw Problem.invalid(given.get(1), "no value beside " + given.get(0) + ", but " + ONE_OF);
    }
    if (issuedBefore != null && (session != null || tokenId != null)) {
      throw Problem.invalid("issued_before", "no value beside " + given.get(0));
    }
    if (session != null && !AdminSessionRoutes.SESSION.matcher(session).matches()) {
      throw Problem.invalid("session", AdminSessionRoutes.SESSION_TEXT);
    }
    if (until != null && (!until.isAfter(now) || until.isAfter(now.plus(MAX_DURATION)))) {
      throw Problem.invalid("until", "a time in the future, at most 10 years ahead");
    }
    return new RevocationStore.Criteria(user, session, tokenId, keyId, issuedBefore);
  }
}
