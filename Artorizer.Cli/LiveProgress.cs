using Spectre.Console;

namespace Artorizer.Cli;

/// <summary>Bars at a terminal: one for each file in work, and one for all.</summary>
internal sealed class LiveProgress(ProgressContext context, int files)
{
    private readonly ProgressTask _all = context.AddTask($"[bold]{files} files[/]", maxValue: files);

    public static ProgressColumn[] Columns() =>
        [new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn()];

    public FileProgress Begin(string name)
    {
        var bar = context.AddTask(Markup.Escape(name));
        return new FileProgress((phase, percent) =>
        {
            bar.Description = $"{Markup.Escape(name)} [grey]{Markup.Escape(phase)}[/]";
            bar.Value = percent;
        });
    }

    /// <summary>A file is through, well or not.</summary>
    public void End() => _all.Increment(1);
}
