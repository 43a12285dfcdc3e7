package dev.boardcast.gateway.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeflateNegotiationTest {
  private static final String NONE = "";
  private static final String ANSWER =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  /** Offers, their lines separated by ~, and the answer. */
  static final String[][] ROWS = {
    {"permessage-deflate", ANSWER},
    {"Permessage-Deflate ;\tclient_max_window_bits", ANSWER},
    {"permessage-deflate; client_max_window_bits", ANSWER},
    {"permessage-deflate; client_max_window_bits=8", ANSWER + "; client_max_window_bits=8"},
    {"permessage-deflate; client_max_window_bits=\"10\"", ANSWER + "; client_max_window_bits=10"},
    {"permessage-deflate; server_max_window_bits=15", ANSWER + "; server_max_window_bits=15"},
    {
      "permessage-deflate; server_max_window_bits=\"15\"; client_max_window_bits=15",
      ANSWER + "; server_max_window_bits=15; client_max_window_bits=15"
    },
    {"permessage-deflate; server_no_context_takeover; client_no_context_takeover", ANSWER},
    // Not the first one, but the first that can be accepted.
    {"permessage-deflate; server_max_window_bits=9, permessage-deflate", ANSWER},
    {"x-webkit-deflate-frame~,, permessage-deflate,", ANSWER},
    {"foo; bar=1; baz=\"2\"~permessage-deflate; foo~permessage-deflate", ANSWER},
    {"permessage-deflate; server_max_window_bits=9", NONE},
    {"permessage-deflate; server_max_window_bits", NONE},
    {"permessage-deflate; server_max_window_bits=16", NONE},
    {"permessage-deflate; server_max_window_bits=015", NONE},
    {"permessage-deflate; client_max_window_bits=7", NONE},
    {"permessage-deflate; client_max_window_bits=16", NONE},
    {"permessage-deflate; client_max_window_bits=08", NONE},
    {"permessage-deflate; client_max_window_bits=x", NONE},
    {"permessage-deflate; server_no_context_takeover=1", NONE},
    {"permessage-deflate; client_no_context_takeover=true", NONE},
    {"permessage-deflate; client_max_window_bits; client_max_window_bits", NONE},
    {"permessage-deflate; server_no_context_takeover; server_no_context_takeover", NONE},
    {"permessage-deflate; unknown", NONE},
    {"permessage-deflate2", NONE},
    {"foo", NONE},
    {"", NONE},
  };

  static Stream<String[]> rows() {
    return Stream.of(ROWS);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theFirstOfferThatCanBeAcceptedIsAnswered(String offers, String answer) {
    assertEquals(
        answer.isEmpty() ? Optional.empty() : Optional.of(answer),
        DeflateNegotiation.answer(List.of(offers.split("~"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        ";",
        "a;",
        "a;;b",
        "a; =1",
        "a; b=",
        "a; b=\"1",
        "a; b=\"\"",
        "a; b=\"1 2\"",
        "a=1",
        "permessage-deflate, (x)",
        "\"a\""
      })
  void whatDoesNotHaveTheFormOfTheHeaderIsRefused(String line) {
    assertThrows(IllegalArgumentException.class, () -> DeflateNegotiation.answer(List.of(line)));
  }
}
