package dev.boardcast.boards.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Json;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.UUID;

/**
 * The body of a request that creates a task.
 *
 * @param id chosen by the client, so that it can send the request again; null for a generated one
 * @param description null for none
 * @param ownerId null for the caller; only an admin may name another user
 * @param teamId null for none; one of the caller's teams, or any for an admin
 * @param teamAccess what the members of the team may do; null for {@code edit}
 */
record NewTask(
    UUID id,
    @NotNull(message = FieldRules.NAME_TEXT)
        @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT)
        String title,
    @Size(max = FieldRules.DESCRIPTION_LENGTH, message = FieldRules.DESCRIPTION_TEXT)
        String description,
    @Pattern(regexp = FieldRules.USER, message = FieldRules.USER_TEXT) String ownerId,
    @Pattern(regexp = FieldRules.ID, message = FieldRules.ID_TEXT) String teamId,
    @Pattern(regexp = SharingLevel.PATTERN, message = SharingLevel.TEXT) String teamAccess) {

  /** The same with an id, and with a default owner. */
  NewTask withDefaults(String owner) {
    return new NewTask(
        id == null ? UUID.randomUUID() : id,
        title,
        description,
        ownerId == null ? owner : ownerId,
        teamId,
        teamAccess);
  }

  /** A digest of all fields but the id, which identifies a repeated request. */
  byte[] content() {
    var fields = new ArrayList<>(Arrays.asList(title, description, ownerId, teamId));
    // A task that was stored before this field came keeps its digest.
    if (teamAccess != null) fields.add(teamAccess);
    String content = Json.encode(fields);
    try {
      return MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException defect) {
      throw new IllegalStateException(defect);
    }
  }
}
