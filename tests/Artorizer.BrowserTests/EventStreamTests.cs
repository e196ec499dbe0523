using System.Collections.Concurrent;
using Artorizer.BrowserTests.Studio;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace Artorizer.BrowserTests;

/// <summary>The page's own reader of server-sent events, against a server that breaks its streams.</summary>
public sealed class EventStreamTests(StudioFixture studio)
{
    [Theory]
    [InlineData("data: a\n\n", """[["message","a",""]]""")]
    [InlineData("event: x\ndata: a\ndata:b\nid: 7\n\ndata\n\n", """[["x","a\nb","7"],["message","","7"]]""")]
    [InlineData("\r\n: heartbeat\r\n\r\ndata: a\r\rid: 2\r\n\r\ndata:  b\n\n", """[["message","a",""],["message"," b","2"]]""")]
    [InlineData("event: lost\n\ndata: not ended\n", "[]")]
    public async Task Events_are_read_the_same_in_pieces_of_any_size(string stream, string expected)
    {
        await using var visit = await studio.OpenAsync();

        foreach (var size in new[] { 1, 2, 3, 1000 })
        {
            var read = await visit.Page.EvaluateAsync<string>("""
                async ([stream, size]) => {
                  const { EventParser } = await import("/js/event-stream.js");
                  const parser = new EventParser();
                  const events = [];
                  for (let i = 0; i < stream.length; i += size) events.push(...parser.push(stream.slice(i, i + size)));
                  return JSON.stringify(events.map(({ event, data, id }) => [event, data, id]));
                }
                """, new object[] { stream, size });
            Assert.Equal(expected, read);
        }
    }

    [Fact]
    public async Task A_broken_stream_goes_on_after_the_last_event()
    {
        var resumedAfter = new ConcurrentQueue<string>();
        await using var server = await StartBreakingServerAsync(resumedAfter);
        await using var visit = await studio.OpenAsync(new Uri(server.Urls.Single()));

        var read = await visit.Page.EvaluateAsync<string[]>("""
            async () => {
              const { follow } = await import("/js/event-stream.js");
              const seen = [];
              await follow("/stream", {
                signal: AbortSignal.timeout(20_000),
                onEvent: ({ id, event, data }) => (seen.push(`${id} ${data}`), event === "completed"),
              });
              return seen;
            }
            """);

        Assert.Equal(["1 один", "2 two", "3 three", "4 four", "5 five"], read);
        Assert.Equal(["", "2", "4"], resumedAfter);
    }

    /// <summary>Serves the page, and a stream that breaks after two events, once in the middle of a third.</summary>
    private static async Task<WebApplication> StartBreakingServerAsync(ConcurrentQueue<string> resumedAfter)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseFileServer(new FileServerOptions { FileProvider = new PhysicalFileProvider(Places.WebRoot) });
        app.MapGet("/jobs", () => Results.Json(new { jobs = Array.Empty<object>() }));
        app.MapGet("/health", () => Results.Json(new { status = "healthy" }));
        app.MapGet("/stream", async context =>
        {
            var last = context.Request.Headers["Last-Event-ID"].ToString();
            resumedAfter.Enqueue(last);
            context.Response.ContentType = "text/event-stream";
            string[] words = ["один", "two", "three", "four", "five"];
            var from = last.Length == 0 ? 0 : int.Parse(last, System.Globalization.CultureInfo.InvariantCulture);
            await context.Response.WriteAsync("retry: 20\n\n");
            for (var i = from; i < words.Length; i++)
            {
                if (i == from + 2)
                {
                    await context.Response.WriteAsync($"id: {i + 1}\ndata: cut o");
                    return;
                }

                await context.Response.WriteAsync($"id: {i + 1}\nevent: {(i == 4 ? "completed" : "progress")}\ndata: {words[i]}\n\n");
                await context.Response.Body.FlushAsync();
            }
        });
        await app.StartAsync();
        return app;
    }
}
