package dev.boardcast.bus;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.UUID;

/**
 * Says which tokens or which session may no longer be used: a row of the table {@code revocation}.
 * Criteria that are not given are null; those that are given must all fit.
 *
 * @param version of the last change; later changes have higher ones
 * @param userId the tokens and sessions of a user; of an erased one no name
 * @param session one session
 * @param tokenId the token with this {@code jti}
 * @param keyId the tokens that a key has signed
 * @param issuedBefore tokens that were issued before; alone, those of every user
 * @param until when it ends
 * @param liftedAt when an operator has ended it; null for one that was not lifted
 * @param own whether a user has signed out of all sessions
 * @param userDigest salt and digest of an erased user, in place of the name; null for others
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Revocation(
    UUID id,
    long version,
    @CanBeNull String userId,
    @CanBeNull String session,
    @CanBeNull String tokenId,
    @CanBeNull String keyId,
    @CanBeNull Instant issuedBefore,
    @CanBeNull String reason,
    @CanBeNull String createdBy,
    Instant createdAt,
    Instant until,
    @CanBeNull String liftedBy,
    @CanBeNull Instant liftedAt,
    boolean own,
    @CanBeNull String userDigest) {

  /** Whether it is in force at a time. */
  public boolean isActive(Instant now) {
    return liftedAt == null && now.isBefore(until);
  }
}
