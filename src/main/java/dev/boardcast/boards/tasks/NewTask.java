package dev.boardcast.boards.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boardcast.spi.Json;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.UUID;

/**
 * What is posted to make a task.
 *
 * @param id chosen by the caller to make a retry harmless; null for one of ours
 * @param description null for none
 * @param ownerId null for the caller; another only by an admin
 * @param teamId null for none; one of the caller's teams, any for an admin
 */
public record NewTask(
    UUID id,
    @NotNull(message = FieldRules.TITLE_TEXT)
        @Pattern(regexp = FieldRules.TITLE, message = FieldRules.TITLE_TEXT)
        String title,
    @Size(max = FieldRules.DESCRIPTION, message = FieldRules.DESCRIPTION_TEXT) String description,
    @Pattern(regexp = FieldRules.USER, message = FieldRules.USER_TEXT) String ownerId,
    @Pattern(regexp = FieldRules.TEAM, message = FieldRules.TEAM_TEXT) String teamId) {

  /** The same for that owner, with an id. */
  NewTask ready(String owner) {
    return new NewTask(
        id == null ? UUID.randomUUID() : id,
        title,
        description,
        ownerId == null ? owner : ownerId,
        teamId);
  }

  /** A digest of all but the id: tells a repeated post from another one with the same id. */
  byte[] content() {
    String content = Json.encode(Arrays.asList(title, description, ownerId, teamId));
    try {
      return MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException defect) {
      throw new IllegalStateException(defect);
    }
  }
}
