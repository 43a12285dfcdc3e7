package dev.boardcast.spi;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A parameter of a board: viewers see the facts that have its value.
 *
 * @param name in addresses and subscriptions
 * @param claim the claim of a token whose values are the only ones that its owner may see; empty if
 *     everybody who may see the board may choose
 * @param isRequired whether the board is shown with a value only
 */
public record BoardParameter(String name, Type type, Optional<String> claim, boolean isRequired) {
  /** The most parameters of a board. */
  public static final int MAX = 3;

  /** The longest value in bytes of UTF-8. */
  public static final int MAX_BYTES = 200;

  /** What values of a parameter are. */
  public enum Type {
    /** Any text that is not empty. */
    TEXT("a text of 1 to " + MAX_BYTES + " bytes") {
      @Override
      Optional<String> read(String text) {
        boolean isText =
            !text.isEmpty()
                && text.indexOf(0) < 0
                && StandardCharsets.UTF_8.newEncoder().canEncode(text)
                && text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
        return isText ? Optional.of(text) : Optional.empty();
      }
    },
    /** A whole number of 64 bits. */
    INTEGER("a whole number") {
      @Override
      Optional<String> read(String text) {
        try {
          return text.matches("-?[0-9]{1,30}")
              ? Optional.of(Long.toString(Long.parseLong(text)))
              : Optional.empty();
        } catch (NumberFormatException tooLarge) {
          return Optional.empty();
        }
      }
    },
    /** True or false. */
    BOOLEAN("true or false") {
      @Override
      Optional<String> read(String text) {
        boolean isFlag = text.equals("true") || text.equals("false");
        return isFlag ? Optional.of(text) : Optional.empty();
      }
    },
    /** A UUID. */
    UUID("a UUID") {
      @Override
      Optional<String> read(String text) {
        boolean isId = text.matches("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        return isId ? Optional.of(java.util.UUID.fromString(text).toString()) : Optional.empty();
      }
    };

    private final String expected;

    Type(String expected) {
      this.expected = expected;
    }

    abstract Optional<String> read(String text);
  }

  /** The one way to write a value, which is that of the database; empty if it is none. */
  public Optional<String> canonical(String text) {
    return type.read(text);
  }

  /** What a value must be, for messages. */
  public String expected() {
    return type.expected;
  }
}
