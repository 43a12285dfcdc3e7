package dev.boardcast.bus;

import java.util.List;

/** Events of this node's own. */
record DecodedEvents(List<LoggedEvent> events) implements BatchEvents {
  DecodedEvents {
    events = List.copyOf(events);
  }

  @Override
  public int count() {
    return events.size();
  }

  @Override
  public List<String> streams(int index) {
    return events.get(index).streams();
  }

  @Override
  public int size(int index) {
    return events.get(index).data().text().length();
  }

  @Override
  public LoggedEvent get(int index) {
    return events.get(index);
  }
}
