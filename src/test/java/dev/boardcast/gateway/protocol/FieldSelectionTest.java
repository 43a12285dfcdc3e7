package dev.boardcast.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.spi.RawJson;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldSelectionTest {
  private static final String SNAPSHOT =
      "{'total':1,'by':{'gpt-4.1':{'n':2,'cost':0.50},'a/b~c':3},'list':[{'x':1}],'none':null}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "total | {'total':1}",
        "/total | {'total':1}",
        "by | {'by':{'gpt-4.1':{'n':2,'cost':0.5},'a/b~c':3}}",
        "/by/gpt-4.1/n | {'by':{'gpt-4.1':{'n':2}}}",
        "/by/a~1b~0c | {'by':{'a/b~c':3}}",
        "by.gpt-4 | {'by':{}}",
        "/list/0/x | {'list':[{'x':1}]}",
        "total.more | {'total':1}",
        "none | {'none':null}",
        "unknown | {}",
        "none,total | {'total':1,'none':null}",
        "/by/gpt-4.1/n,by | {'by':{'gpt-4.1':{'n':2,'cost':0.5},'a/b~c':3}}",
      })
  void theChosenMembersAreKeptInTheOrderOfTheSnapshot(String names, String expected) {
    var chosen = FieldSelection.of(List.of(names.split(","))).of(RawJson.of(json(SNAPSHOT)));
    assertEquals(json(expected), chosen.text());
  }

  @Test
  void theSameMembersAreTheSameSelection() {
    var first = FieldSelection.of(List.of("a", "b.c"));
    var second = FieldSelection.of(List.of("/b/c", "/b/c/d", "/a", "a.x"));
    assertEquals(first, second);
    assertEquals(first.hashCode(), second.hashCode());
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
