package dev.boardcast.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class JsonBodyTest {
  record Fact(
      @NotNull String name,
      @Size(max = 3, message = "at most {max} characters") String code,
      @PastOrPresent(message = FieldRules.PAST_TEXT) Instant at) {}

  @Test
  void aConstraintWithoutMessageIsNamed() {
    assertEquals("name: expected a value that is NotNull", problem("{\"code\":\"a\"}"));
  }

  @Test
  void aMessageIsUsedAsItIs() {
    assertEquals(
        "code: expected at most {max} characters", problem("{\"name\":\"a\",\"code\":\"abcd\"}"));
  }

  @Test
  void theClocksOfClientsMayBeADayAhead() {
    Instant soon = Instant.now().plus(Duration.ofHours(23));
    assertEquals(soon.getEpochSecond(), decode(at(soon)).at().getEpochSecond());
    Instant late = Instant.now().plus(Duration.ofHours(25));
    assertEquals("at: expected " + FieldRules.PAST_TEXT, problem(at(late)));
  }

  private static String at(Instant time) {
    return "{\"name\":\"a\",\"at\":\"%s\"}".formatted(Json.time(time));
  }

  private static Fact decode(String json) {
    return JsonBody.decode(json.getBytes(UTF_8), Fact.class);
  }

  private static String problem(String json) {
    return assertThrows(Problem.class, () -> decode(json)).getMessage();
  }
}
