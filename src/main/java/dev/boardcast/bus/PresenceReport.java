package dev.boardcast.bus;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * Who is present by the sessions of one node: what has changed since the report before it, a part
 * of all there is, or, without changes, the number of the last report, by which others notice that
 * they have missed one.
 *
 * @param run distinguishes the runs of a node of one name; later ones are greater
 * @param sequence counts the reports with changes; of a state, the last that it includes
 * @param part of a state, from 0
 * @param parts of a state; 0 for changes
 */
public record PresenceReport(
    String node, long run, long sequence, int part, int parts, List<PresenceChange> changes) {
  public PresenceReport {
    changes = List.copyOf(changes);
  }

  /** What has changed, or nothing. */
  public static PresenceReport ofChanges(
      String node, long run, long sequence, List<PresenceChange> changes) {
    return new PresenceReport(node, run, sequence, 0, 0, changes);
  }

  /** Whether it is a part of all there is. */
  @JsonIgnore
  public boolean isOfState() {
    return parts > 0;
  }
}
