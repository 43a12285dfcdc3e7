package dev.boardcast.boards.tasks;

import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;
import java.util.List;

/** When and where assignees are reminded of their tasks. */
@SettingGroup("Tasks")
public record TasksConfig(
    @Setting(
            key = "tasks-due-soon",
            defaultValue = "24h",
            min = "0s",
            max = "30d",
            description =
                "How long before a task is due its assignee is reminded; 0s for not at all.")
        Duration dueSoon,
    @Setting(
            key = "tasks-reminder-channels",
            defaultValue = "",
            description =
                "Channels of alerts that tell reminders too, beside the assignee's stream: ids, separated by commas.")
        List<String> reminderChannels) {
  public static final TasksConfig DEFAULTS = new TasksConfig(Duration.ofHours(24), List.of());

  /** Most channels: each reminder is a message to each. */
  private static final int MAX_CHANNELS = 5;

  public TasksConfig {
    reminderChannels = List.copyOf(reminderChannels);
    boolean isId = reminderChannels.stream().allMatch(id -> id.matches(FieldRules.ID));
    if (!isId || reminderChannels.size() > MAX_CHANNELS) {
      throw new InvalidSettingException(
          "tasks-reminder-channels", "at most " + MAX_CHANNELS + " ids of channels");
    }
  }
}
