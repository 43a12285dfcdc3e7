package dev.boardcast.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;

/**
 * Strings that can be stored and sent as they are. JSON can escape characters that PostgreSQL
 * cannot hold (NUL) or that UTF-8 cannot write (half a surrogate pair).
 */
final class StorableText extends StdDeserializer<String> {
  StorableText() {
    super(String.class);
  }

  SimpleModule module() {
    return new SimpleModule("boardcast-text").addDeserializer(String.class, this);
  }

  @Override
  public String deserialize(JsonParser in, DeserializationContext context) throws IOException {
    if (!in.hasToken(JsonToken.VALUE_STRING)) {
      return (String) context.handleUnexpectedToken(String.class, in);
    }
    String text = in.getText();
    if (isStorable(text)) return text;
    throw InvalidFormatException.from(
        in, "a string without NUL and without halves of characters", text, String.class);
  }

  private static boolean isStorable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) return false;
      if (!Character.isSurrogate(c)) continue;
      boolean isPair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!isPair) return false;
      i++;
    }
    return true;
  }
}
