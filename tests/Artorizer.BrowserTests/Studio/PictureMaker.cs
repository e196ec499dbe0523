using Microsoft.Playwright;

namespace Artorizer.BrowserTests.Studio;

/// <summary>Paints landscapes in the browser: smooth skies, textured hills and grain, as photographs have them.</summary>
public sealed class PictureMaker(IBrowser browser)
{
    private const string Paint = """
        async ({ type, width, height, seed, hue }) => {
          let state = seed >>> 0;
          const random = () => {
            state = (state + 0x6d2b79f5) >>> 0;
            let t = Math.imul(state ^ (state >>> 15), 1 | state);
            t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
            return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
          };
          const canvas = new OffscreenCanvas(width, height);
          const context = canvas.getContext("2d");
          hue ??= random() * 360;
          const sky = context.createLinearGradient(0, 0, 0, height * 0.7);
          sky.addColorStop(0, `hsl(${hue + 200} 42% 34%)`);
          sky.addColorStop(0.65, `hsl(${hue} 62% 72%)`);
          sky.addColorStop(1, `hsl(${hue + 20} 75% 84%)`);
          context.fillStyle = sky;
          context.fillRect(0, 0, width, height);
          const sunX = width * (0.25 + random() / 2);
          const sun = context.createRadialGradient(sunX, height * 0.42, 0, sunX, height * 0.42, width * 0.22);
          sun.addColorStop(0, "rgb(255 246 214 / .95)");
          sun.addColorStop(1, "rgb(255 246 214 / 0)");
          context.fillStyle = sun;
          context.fillRect(0, 0, width, height);
          for (let i = 0; i < 60; i++) {
            const x = random() * width, y = random() * height * 0.4, r = width * (0.02 + random() * 0.08);
            const cloud = context.createRadialGradient(x, y, 0, x, y, r);
            cloud.addColorStop(0, "rgb(255 244 232 / .16)");
            cloud.addColorStop(1, "rgb(255 244 232 / 0)");
            context.fillStyle = cloud;
            context.fillRect(x - r, y - r, 2 * r, 2 * r);
          }
          for (let layer = 0; layer < 5; layer++) {
            const waves = Array.from({ length: 7 }, (_, k) => [random() * 6.28, (k + 1) ** 1.5 * (1 + random()), 1 / 1.7 ** k]);
            const base = height * (0.52 + layer * 0.1);
            const line = (x) => base - height * 0.05 * waves.reduce((sum, [phase, f, a]) => sum + a * Math.sin(phase + f * 6.28 * x / width), 0);
            const hill = context.createLinearGradient(0, base - height * 0.1, 0, base + height * 0.25);
            hill.addColorStop(0, `hsl(${hue + 250 - layer * 12} ${22 + layer * 3}% ${58 - layer * 10}%)`);
            hill.addColorStop(1, `hsl(${hue + 230 - layer * 12} ${26 + layer * 3}% ${46 - layer * 9}%)`);
            context.fillStyle = hill;
            context.beginPath();
            context.moveTo(0, height);
            for (let x = 0; x <= width; x += 2) context.lineTo(x, line(x));
            context.lineTo(width, height);
            context.fill();
          }
          const pixels = context.getImageData(0, 0, width, height);
          for (let i = 0; i < pixels.data.length; i += 4) {
            const grain = (random() + random() - 1) * 9;
            pixels.data[i] += grain; pixels.data[i + 1] += grain; pixels.data[i + 2] += grain;
          }
          context.putImageData(pixels, 0, 0);
          const blob = await canvas.convertToBlob({ type, quality: 0.93 });
          const bytes = new Uint8Array(await blob.arrayBuffer());
          let text = "";
          for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
          return btoa(text);
        }
        """;

    /// <summary>A JPEG; of a colour by chance when no <paramref name="hue"/> (0..360) is given.</summary>
    public Task<Picture> JpegAsync(string title, int width = 960, int height = 640, int? hue = null) =>
        MakeAsync(title, "image/jpeg", "jpg", width, height, hue);

    /// <summary>A PNG; of a colour by chance when no <paramref name="hue"/> (0..360) is given.</summary>
    public Task<Picture> PngAsync(string title, int width = 720, int height = 900, int? hue = null) =>
        MakeAsync(title, "image/png", "png", width, height, hue);

    private async Task<Picture> MakeAsync(string title, string contentType, string ending, int width, int height, int? hue)
    {
        var page = await browser.NewPageAsync();
        var base64 = await page.EvaluateAsync<string>(Paint, new { type = contentType, width, height, seed = Random.Shared.Next(), hue });
        await page.CloseAsync();
        return new Picture(title, $"{title.Replace(' ', '_')}.{ending}", contentType, Convert.FromBase64String(base64), width, height);
    }
}
