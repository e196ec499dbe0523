using System.Reflection;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Infrastructure.Embedded.Files;
using Microsoft.Data.Sqlite;

namespace Artorizer.UnitTests.Embedded;

/// <summary>Every statement reads through an index: none gets slower with the number of jobs.</summary>
public sealed class QueryPlanTests
{
    private static readonly Type[] Holders =
        [typeof(JobRows), typeof(JobListing), typeof(MessageRows), typeof(EventRows), typeof(ObjectRows)];

    /// <summary>
    /// Scans that are meant: they go along an order and stop at the limit. A listing by state alone (no owner) is for
    /// operators and filters while it goes.
    /// </summary>
    private static readonly Dictionary<string, string> MeantScans = new()
    {
        ["JobListing.All"] = "SCAN j",
        ["JobListing.OfStatus"] = "SCAN j",
        ["JobListing.Processing"] = "SCAN j USING INDEX jobs_processing",
        ["MessageRows.Candidates"] = "SCAN messages USING COVERING INDEX messages_ready",
        ["MessageRows.ListDead"] = "SCAN messages USING INDEX messages_dead",
    };

    public static TheoryData<string> Statements() => [.. Find().Keys];

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task No_statement_scans_or_sorts(string name)
    {
        await using var open = await OpenStores.CreateAsync();
        await open.CloseAsync();
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(open.Path, "artorizer.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + Find()[name];
        for (var i = 1; i <= 20; i++)
        {
            if (command.CommandText.Contains($"?{i}", StringComparison.Ordinal))
            {
                command.Parameters.AddWithValue($"?{i}", DBNull.Value);
            }
        }

        var plan = new List<string>();
        using (var rows = command.ExecuteReader())
        {
            while (rows.Read())
            {
                plan.Add(rows.GetString(3));
            }
        }

        // Merging the four states of an owner sorts runs that are in order already and no longer than the page.
        Assert.True(
            name == "JobListing.OfOwner" || !plan.Exists(step => step.Contains("TEMP B-TREE", StringComparison.Ordinal)),
            string.Join(" | ", plan));
        foreach (var step in plan.Where(step => step.StartsWith("SCAN", StringComparison.Ordinal)
            && !step.StartsWith("SCAN (", StringComparison.Ordinal)
            && !step.StartsWith("SCAN CONSTANT", StringComparison.Ordinal)))
        {
            Assert.True(MeantScans.TryGetValue(name, out var meant) && step == meant, $"{name}: {string.Join(" | ", plan)}");
        }
    }

    private static Dictionary<string, string> Find() =>
        Holders.SelectMany(holder => holder.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
                .Where(field => field is { IsLiteral: true } && field.FieldType == typeof(string) && field.Name != nameof(JobRows.Columns)
                    && !field.IsPrivate)
                .Select(field => (Name: $"{holder.Name}.{field.Name}", Sql: (string)field.GetRawConstantValue()!)))
            .ToDictionary(pair => pair.Name, pair => pair.Sql);
}
