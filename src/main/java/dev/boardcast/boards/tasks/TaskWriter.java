package dev.boardcast.boards.tasks;

import dev.boardcast.events.Outbox;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Takes new tasks in, one or many by one statement, with their events in the caller's transaction.
 * A task that is posted again is known by its id and what was posted, though it has changed since.
 * Thread safe.
 */
public final class TaskWriter {
  // By id, so that two batches that overlap wait for each other in one order.
  private static final String INSERT =
      """
      WITH mine AS MATERIALIZED (SELECT teams_of($1, $2, $3) AS teams),
      item AS MATERIALIZED (
        SELECT i.*, $4 OR i.team_id IS NULL OR i.team_id = ANY (mine.teams) AS allowed
        FROM mine, unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bytea[])
          WITH ORDINALITY AS i (id, title, description, owner_id, team_id, content, place)),
      t AS (
        INSERT INTO task AS t
          (id, title, description, owner_id, team_id, content, created_at, updated_at)
        SELECT id, title, description, owner_id, team_id, content, moment.at, moment.at
        FROM item, (SELECT clock_timestamp() AS at) AS moment
        WHERE allowed ORDER BY id, place
        ON CONFLICT (id) DO NOTHING
        RETURNING *)
      SELECT item.allowed, t.content, %s
      FROM item LEFT JOIN t ON t.id = item.id ORDER BY item.place"""
          .formatted(TaskRow.COLUMNS);
  private static final String EXISTING =
      """
      SELECT t.content, %s FROM task t
      WHERE t.id = ANY ($5) AND ($4 OR t.owner_id = $1 OR $1 = ANY (t.shared_with)
                                 OR t.team_id = ANY (%s))"""
          .formatted(TaskRow.COLUMNS, Viewer.TEAMS);

  private static final Outcome TAKEN =
      refused(409, "Already there", "id", "another, because this one is taken");

  private final Outbox outbox;

  public TaskWriter(Outbox outbox) {
    this.outbox = outbox;
  }

  /** What came of one posted task. */
  sealed interface Outcome {
    record Created(Task task) implements Outcome {}

    /** Posted before, with the same content; as it stands now. */
    record Repeated(Task task) implements Outcome {}

    record Refused(Problem problem) implements Outcome {}
  }

  /**
   * @param outcomes one per posted task, in order
   */
  record Taken(List<Outcome> outcomes, List<NewEvent> events) {}

  /** A posted task on its way; {@code outcome} is null until known. */
  private static final class Item {
    final NewTask draft;
    final byte[] content;
    Outcome outcome;

    Item(NewTask draft) {
      this.draft = draft;
      this.content = draft.content();
    }

    void found(Row row, boolean isNew) {
      if (isNew) {
        outcome = new Outcome.Created(TaskRow.task(row));
      } else if (Arrays.equals(row.getBuffer("content").getBytes(), content)) {
        outcome = new Outcome.Repeated(TaskRow.task(row));
      } else {
        outcome = TAKEN;
      }
    }
  }

  /** Takes tasks in for a caller; those that are refused do not hinder the others. */
  Future<Taken> take(SqlClient tx, Principal caller, List<NewTask> posted) {
    var viewer = Viewer.of(caller);
    var items = posted.stream().map(task -> new Item(task.ready(caller.user()))).toList();
    for (Item item : items) {
      if (!viewer.admin() && !item.draft.ownerId().equals(caller.user())) {
        item.outcome = refused(403, "Forbidden", "owner_id", "yourself; another needs an admin");
      }
    }
    return insert(tx, viewer, open(items))
        .compose(done -> compare(tx, viewer, open(items)))
        .compose(
            done -> {
              var outcomes = items.stream().map(item -> item.outcome).toList();
              var events =
                  outcomes.stream()
                      .filter(Outcome.Created.class::isInstance)
                      .map(made -> ((Outcome.Created) made).task())
                      .map(task -> TaskEvents.created(caller.user(), task))
                      .toList();
              return outbox.append(tx, events).map(new Taken(outcomes, events));
            });
  }

  private static List<Item> open(List<Item> items) {
    return items.stream().filter(item -> item.outcome == null).toList();
  }

  private static Future<Void> insert(SqlClient tx, Viewer viewer, List<Item> items) {
    if (items.isEmpty()) return Future.succeededFuture();
    var columns =
        viewer
            .tuple()
            .addBoolean(viewer.admin())
            .addArrayOfUUID(ids(items))
            .addArrayOfString(texts(items, NewTask::title))
            .addArrayOfString(texts(items, NewTask::description))
            .addArrayOfString(texts(items, NewTask::ownerId))
            .addArrayOfString(texts(items, NewTask::teamId))
            .addArrayOfBuffer(
                items.stream().map(item -> Buffer.buffer(item.content)).toArray(Buffer[]::new));
    return tx.preparedQuery(INSERT)
        .execute(columns)
        .map(
            rows -> {
              var created = new HashSet<UUID>();
              int place = 0;
              for (Row row : rows) {
                Item item = items.get(place++);
                if (!row.getBoolean("allowed")) {
                  item.outcome = new Outcome.Refused(TaskChange.notYourTeam());
                } else if (row.getUUID("id") != null) {
                  item.found(row, created.add(item.draft.id()));
                }
              }
              return null;
            });
  }

  /** Those whose id was there before; one that the caller does not see is just taken. */
  private static Future<Void> compare(SqlClient tx, Viewer viewer, List<Item> items) {
    if (items.isEmpty()) return Future.succeededFuture();
    return tx.preparedQuery(EXISTING)
        .execute(viewer.tuple().addBoolean(viewer.admin()).addArrayOfUUID(ids(items)))
        .map(
            rows -> {
              var existing = new HashMap<UUID, Row>();
              for (Row row : rows) existing.put(row.getUUID("id"), row);
              for (Item item : items) {
                Row row = existing.get(item.draft.id());
                if (row == null) item.outcome = TAKEN;
                else item.found(row, false);
              }
              return null;
            });
  }

  private static UUID[] ids(List<Item> items) {
    return items.stream().map(item -> item.draft.id()).toArray(UUID[]::new);
  }

  private static String[] texts(List<Item> items, Function<NewTask, String> field) {
    return items.stream().map(item -> field.apply(item.draft)).toArray(String[]::new);
  }

  private static Outcome refused(int status, String title, String field, String expected) {
    return new Outcome.Refused(Problem.of(status, title, new FieldError(field, expected)));
  }
}
