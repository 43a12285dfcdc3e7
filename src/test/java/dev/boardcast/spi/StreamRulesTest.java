package dev.boardcast.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.StreamRule.Messages;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamRulesTest {
  @ParameterizedTest
  @CsvSource({
    "doc.{id}, doc.7, {id=7}",
    "doc.{id}, doc., ",
    "doc.{id}, doc.7.8, ",
    "doc.{id}, xdoc.7, ",
    "doc.{id}.edits, doc.7.edits, {id=7}",
    "{a}-{b}, x-y, '{a=x, b=y}'",
    "chat.*, chat.a.b, {}",
    "chat.*, chat., ",
    "chat.*, chats, ",
    "room.{id}.*, room.1.x.y, {id=1}",
    "*, anything, {}",
    "a.b, a.b, {}",
    "a.b, a-b, ",
  })
  void aPatternMatchesNamesAsAWhole(String pattern, String stream, String variables) {
    var found = StreamPattern.parse(pattern).match(stream).map(Map::toString).orElse(null);
    assertEquals(variables, found);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b", "{id}{other}", "{id}.{id}", "{Id}", "a*b", "{id}*", "doc.{", "doc.}"})
  void whatIsNoPatternIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> StreamPattern.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "public",
        "authenticated",
        "token",
        "role:editor",
        "role:two words",
        "claim:docs={id}",
        "claim:https://example.com/docs={id}",
        "team:{id}"
      })
  void aGrantIsWrittenAsItIsRead(String text) {
    assertEquals(text, StreamGrant.parse(text).toString());
  }

  @Test
  void aRuleHasDefaults() {
    StreamRule rule =
        StreamRules.parse("[{\"streams\":\"doc.{id}\",\"subscribe\":\"authenticated\"}]")
            .list()
            .get(0);
    assertEquals(StreamGrant.NOBODY, rule.publish());
    assertEquals(StreamGrant.NOBODY, rule.presence());
    assertEquals(rule.subscribe(), rule.history());
    assertEquals(Messages.BOTH, rule.messages());
    assertEquals(65_536, rule.maxBytes());
    assertEquals(100, rule.messagesPerSecond());
  }

  @Test
  void aRuleHasWhatIsWritten() {
    StreamRule rule =
        StreamRules.parse(
                """
                [{"streams": "doc.{id}", "subscribe": ["team:{id}", "token"], "publish": "role:w",
                  "history": "nobody", "messages": "ephemeral",
                  "max_bytes": 10, "messages_per_second": 2}]""")
            .list()
            .get(0);
    assertEquals(
        List.of("team:{id}", "token"), rule.subscribe().stream().map(Object::toString).toList());
    assertEquals(StreamGrant.NOBODY, rule.history());
    assertTrue(rule.isEphemeral() && !rule.isDurable());
    assertEquals(10, rule.maxBytes());
    assertEquals(2, rule.messagesPerSecond());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|array",
        "[{}]|rule 1; streams",
        "[null]|rule 1",
        "[{\"streams\":\"a\"},{\"streams\":\"a\"}]|rule 2; streams",
        "[{\"streams\":\"a\",\"subscribe\":\"all\"}]|rule 1; subscribe",
        "[{\"streams\":\"a\",\"publish\":[]}]|rule 1; publish",
        "[{\"streams\":\"a\",\"publish\":\"team:{id}\"}]|rule 1; publish",
        "[{\"streams\":\"a\",\"publish\":[\"public\",\"nobody\"]}]|rule 1; publish",
        "[{\"streams\":\"a\",\"publish\":7}]|publish",
        "[{\"streams\":\"a\",\"keep\":\"30d\"}]|keep",
        "[{\"streams\":\"a\",\"keep_events\":5}]|keep_events",
        "[{\"streams\":\"a\",\"max_bytes\":0}]|rule 1; max_bytes",
        "[{\"streams\":\"a\",\"max_bytes\":1.5}]|max_bytes",
        "[{\"streams\":\"a\",\"messages_per_second\":-1}]|rule 1; messages_per_second",
        "[{\"streams\":\"a\",\"messages\":\"some\"}]|messages",
        "[{\"streams\":\"a\",\"subscribers\":\"public\"}]|subscribers",
        "[{\"streams\":\"a\",\"streams\":\"b\"}]|streams",
        "[{]|body",
      })
  void aWrongRuleIsRefusedByItsPlaceAndField(String text, String named) {
    var refused =
        assertThrows(InvalidSettingException.class, () -> StreamRules.parse(text)).expected();
    assertTrue(refused.contains(named), refused);
  }

  @Test
  void rulesAreEqualWhateverTheirSpelling() {
    assertEquals(
        StreamRules.parse("[{\"streams\":\"a\"}]"), StreamRules.parse(" [ {\"streams\": \"a\"} ]"));
    assertEquals(StreamRules.NONE, StreamRules.parse(" "));
  }
}
