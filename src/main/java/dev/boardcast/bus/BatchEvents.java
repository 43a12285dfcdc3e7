package dev.boardcast.bus;

import java.util.List;

/** The events of a batch by their index, decoded or not. Thread safe. */
sealed interface BatchEvents permits DecodedEvents, EncodedEvents {
  int count();

  List<String> streams(int index);

  /** Bytes of its encoding, or characters of its data. */
  int size(int index);

  LoggedEvent get(int index);
}
