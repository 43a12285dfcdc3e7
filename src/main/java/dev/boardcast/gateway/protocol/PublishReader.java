package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RawJson;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.charset.StandardCharsets;

/**
 * Decodes messages by which clients publish. A wrong member is answered by an error that names it,
 * and the session goes on.
 */
final class PublishReader {
  private static final int MAX_ID = 128;
  private static final int MAX_TOPIC = 200;

  private PublishReader() {}

  /** The members that are known; others are ignored. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Written(
      @NotNull(message = FieldRules.STREAM_TEXT)
          @Pattern(regexp = FieldRules.STREAM, message = FieldRules.STREAM_TEXT)
          String topic,
      @NotNull(message = TYPE) @Pattern(regexp = "[A-Za-z0-9._:-]{1,100}", message = TYPE)
          String eventType,
      @NotNull(message = DATA) RawJson data,
      @Pattern(regexp = "\\P{Cc}{1,128}", message = ID) String id,
      Boolean durable,
      @Pattern(regexp = "\\P{Cc}{1,64}", message = KEY) String key) {
    static final String TYPE =
        "1 to 100 letters, digits and . _ : -, and no type of the product's own";
    static final String DATA = "a JSON object";
    static final String KEY =
        "a string of 1 to 64 characters, no control characters, where durable is false";
    static final String ID = "a string of 1 to 128 characters, no control characters";

    boolean isStored() {
      return durable == null || durable;
    }

    /** What is not stored needs no answer, and so no id. */
    @AssertTrue(message = ID)
    boolean isId() {
      return id != null || !isStored();
    }

    @AssertTrue(message = KEY)
    boolean isKey() {
      return key == null || !isStored();
    }

    /** Named after the field, so that a violation is too. */
    @AssertTrue(message = DATA)
    boolean isData() {
      return data == null || data.text().startsWith("{");
    }
  }

  /**
   * @param text the whole message
   * @param tree the same, parsed
   */
  static ClientMessage read(String text, JsonNode tree) {
    try {
      Written written = JsonBody.decode(text.getBytes(StandardCharsets.UTF_8), Written.class);
      return new ClientMessage.Publish(
          written.topic(),
          written.eventType(),
          written.data(),
          written.id(),
          written.isStored(),
          written.key());
    } catch (Problem wrong) {
      Problem.FieldError error = wrong.errors().get(0);
      return new ClientMessage.InvalidPublish(
          new PublishRefusal(
              ErrorCode.INVALID,
              PublishRefusal.expected(error.field(), error.expected()),
              text(tree, "topic", MAX_TOPIC),
              text(tree, "id", MAX_ID),
              error.field(),
              null));
    }
  }

  private static String text(JsonNode tree, String field, int maxLength) {
    String text = tree.path(field).textValue();
    return text == null || text.length() > maxLength ? null : text;
  }
}
