package dev.boardcast.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShownTextTest {
  @ParameterizedTest
  @CsvSource({
    "postgresql://joe:hunter2@db:5432/app, postgresql://…@db:5432/app",
    "postgresql://db/app, postgresql://db/app",
    "postgresql://joe@db/app?password=hunter2, postgresql://…@db/app?…",
    "redis://:hunter2@[::1]:6379/3, redis://…@[::1]:6379/3",
    "https://idp/keys?token=hunter2#x, https://idp/keys?…"
  })
  void ofAnAddressSchemeHostPortAndPathAreShown(String text, String shown) {
    assertEquals(shown, ShownText.ofAddress(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://joe:hunter2@x@db/app",
        "postgresql://joe:hun@ter2/x@db/app",
        "postgresql://joe:hunter2/x@db/app",
        "postgresql://joe:hunter2#x@db/app",
        "postgresql://joe:hunter2?x@db/app",
        "postgresql://joe:1234/hunter2@db/app",
        "postgresql://joe:1234?hunter2@db/app",
        "postgresql://joe:1234#hunter2@db/app",
        "postgresql://joe:hunter2 x@db/app",
        "postgresql://joe:hunter2%zz@db/app",
        "postgresql://joe:hunter2%40db/app",
        "postgresql:/joe:hunter2@db/app",
        "postgresql//joe:hunter2@db/app",
        "joe:hunter2@db/app",
        "host=db password=hunter2",
        "jdbc:postgresql://db/app?user=joe&password=hunter2",
        "hunter2"
      })
  void ofWhatIsNoAddressNothingIsShown(String text) {
    assertFalse(ShownText.ofAddress(text).contains("hunter2"), ShownText.ofAddress(text));
    assertFalse(ShownText.ofAddress(text).contains("ter2"), ShownText.ofAddress(text));
    assertFalse(ShownText.ofAddress(text).contains("1234"), ShownText.ofAddress(text));
    if (!text.equals("hunter2")) {
      assertFalse(ShownText.ofUnknown("pgg", text).contains("ter2"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "7000, 7000",
    "/a@b/c, /a@b/c",
    "'a=public,b=role:x', 'a=public,b=role:x'",
    "https://idp/realms/x, https://idp/realms/x",
    "x://joe:hunter2@h/d, x://…@h/d",
    "joe:hunter2@h, (hidden)",
    "http://h/?token=hunter2, http://h/?…"
  })
  void anotherSettingIsShownUnlessASecretWasGivenToIt(String text, String shown) {
    assertEquals(shown, ShownText.of(text));
  }
}
