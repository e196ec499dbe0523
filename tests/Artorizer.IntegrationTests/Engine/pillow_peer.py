"""An independent look at images: Pillow, NumPy and SciPy behind JSON lines on standard input and output."""
import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import traceback

import numpy
import scipy.fftpack
import scipy.ndimage
from PIL import Image, ImageCms, ImageDraw, ImageOps

Image.MAX_IMAGE_PIXELS = None


def natural(width, height, seed, bands=3, sharp=True):
    """1/f noise has the spectrum of photographs; shapes add the edges of drawings."""
    rng = numpy.random.default_rng(seed)
    frequency = numpy.hypot(numpy.fft.fftfreq(height)[:, None], numpy.fft.fftfreq(width)[None, :])
    frequency[0, 0] = 1

    def plane():
        noise = numpy.fft.ifft2(numpy.fft.fft2(rng.standard_normal((height, width))) / frequency).real
        return (noise - noise.mean()) / noise.std()

    base = plane()
    pixels = numpy.stack([128 + 45 * (0.75 * base + 0.35 * plane()) for _ in range(bands)], -1)
    image = Image.fromarray(numpy.clip(pixels, 0, 255).astype(numpy.uint8) if bands > 1
                            else numpy.clip(pixels[..., 0], 0, 255).astype(numpy.uint8))
    if sharp:
        draw = ImageDraw.Draw(image)
        for _ in range(6):
            x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
            size = int(rng.integers(8, max(9, min(width, height) // 4)))
            colour = tuple(int(v) for v in rng.integers(0, 256, bands))
            draw.ellipse([x, y, x + size, y + size // 2], fill=colour if bands > 1 else colour[0])
    return image


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = "Camera maker"
    return data.tobytes()


def generate(folder):
    os.makedirs(folder, exist_ok=True)

    def path(name):
        return os.path.join(folder, name)

    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo, small, odd = natural(640, 480, 1), natural(256, 256, 2), natural(301, 197, 3)
    grey = natural(400, 300, 4, bands=1)
    alpha = Image.fromarray(numpy.tile(numpy.linspace(0, 255, 640).astype(numpy.uint8), (480, 1)))
    photo.save(path("photo.jpg"), quality=92)
    photo.save(path("full-colour.jpg"), quality=95, subsampling=0)
    photo.save(path("progressive.jpg"), quality=85, progressive=True)
    photo.save(path("icc.jpg"), quality=90, icc_profile=srgb)
    odd.save(path("odd.jpg"), quality=90)
    small.save(path("small.jpg"), quality=90)
    grey.save(path("grey.jpg"), quality=90)
    photo.convert("CMYK").save(path("cmyk.jpg"), quality=90)
    for orientation in range(1, 9):
        odd.save(path(f"orientation{orientation}.jpg"), quality=92, exif=exif(orientation))
    photo.save(path("photo.png"), icc_profile=srgb)
    small.save(path("small.png"))
    natural(16, 16, 5).save(path("tiny.png"))
    grey.save(path("grey.png"))
    rgba = photo.copy()
    rgba.putalpha(alpha)
    rgba.save(path("alpha.png"))
    Image.merge("LA", (grey, alpha.resize(grey.size))).save(path("grey-alpha.png"))
    photo.quantize(64).save(path("palette.png"))
    palette = photo.quantize(64)
    palette.save(path("palette-transparent.png"), transparency=3)
    grey.convert("1").save(path("bilevel.png"))
    wide = (numpy.asarray(grey).astype(numpy.uint16) * 257 + numpy.random.default_rng(6).integers(-100, 100, (300, 400))).clip(0, 65535)
    Image.fromarray(wide.astype(numpy.uint16)).save(path("grey16.png"))
    Image.fromarray(wide.astype(numpy.uint16)).save(path("grey16.tif"))
    subprocess.run(["convert", path("photo.png"), "-depth", "16", "-attenuate", "0.02", "+noise", "Gaussian", "PNG48:" + path("rgb16.png")], check=True)
    subprocess.run(["convert", path("rgb16.png"), "-compress", "lzw", path("rgb16.tif")], check=True)
    subprocess.run(["convert", path("photo.png"), "-interlace", "PNG", path("interlaced.png")], check=True)
    photo.save(path("lossy.webp"), quality=90)
    photo.save(path("lossless.webp"), lossless=True)
    rgba.save(path("alpha.webp"), quality=90)
    photo.save(path("animated.webp"), save_all=True, append_images=[natural(640, 480, 7)], duration=100, quality=90)
    photo.save(path("photo.tif"), compression="tiff_lzw")
    photo.save(path("pages.tif"), save_all=True, append_images=[small])
    photo.convert("CMYK").save(path("cmyk.tif"))
    rgba.save(path("alpha.tif"))
    photo.quantize(256).save(path("palette.gif"))
    photo.quantize(128).save(path("animated.gif"), save_all=True, append_images=[natural(640, 480, 8).quantize(128)], duration=100)
    palette.save(path("transparent.gif"), transparency=3)
    for name in ("photo.avif", "photo.heic"):
        subprocess.run(["vips", "copy", path("photo.png"), path(name)], check=True)
    generate_frames(path, photo, small, grey)
    generate_colours(path, srgb)
    for seed in range(4):
        natural(512, 384, 20 + seed, sharp=seed % 2 == 0).save(path(f"natural{seed}.png"))
    Image.new("RGB", (512, 512), (255, 255, 255)).save(path("white.png"))
    Image.new("RGB", (512, 512), (20, 90, 200)).save(path("flat.png"))
    Image.new("RGB", (512, 512), (20, 90, 200)).save(path("flat.jpg"), quality=70)
    Image.new("RGB", (900, 220), (250, 250, 250)).save(path("wide.png"))
    Image.new("RGB", (160, 420), (250, 250, 250)).save(path("tall.png"))
    return sorted(os.listdir(folder))


def generate_colours(path, srgb):
    """Eight squares of pure colours, and of greys."""
    corners = [(r, g, b) for r in (0, 255) for g in (0, 255) for b in (0, 255)]
    colours = Image.new("RGB", (1024, 512))
    greys = Image.new("L", (1024, 512))
    for i, corner in enumerate(corners):
        colours.paste(corner, (256 * (i % 4), 256 * (i // 4), 256 * (i % 4) + 256, 256 * (i // 4) + 256))
        greys.paste(36 * i, (256 * (i % 4), 256 * (i // 4), 256 * (i % 4) + 256, 256 * (i // 4) + 256))
    colours.save(path("colours.png"))
    colours.save(path("colours.jpg"), quality=95, subsampling=0)
    colours.save(path("colours-srgb.png"), icc_profile=srgb)
    greys.save(path("greys.png"))
    subprocess.run(["convert", path("colours.png"), "-depth", "16", "PNG48:" + path("colours16.png")], check=True)


def generate_frames(path, photo, small, grey):
    """Animations with uneven times, parts that replace one another, and documents whose pages are alike or not."""
    moving = [natural(320, 240, 40 + i) for i in range(4)]
    times = [40, 120, 2000, 70]
    few = [frame.quantize(128) for frame in moving]
    few[0].save(path("moving.gif"), save_all=True, append_images=few[1:], duration=times, loop=3)
    few[0].save(path("once.gif"), save_all=True, append_images=few[1:2], duration=50)
    moving[0].save(path("moving.webp"), save_all=True, append_images=moving[1:], duration=times, loop=3, quality=90)
    moving[0].save(path("moving-lossless.webp"), save_all=True, append_images=moving[1:3], duration=[30, 30, 90], lossless=True)
    moving[0].save(path("moving.png"), save_all=True, append_images=moving[1:], duration=80, loop=2)
    moving[0].save(path("apart.png"), save_all=True, append_images=moving[1:], duration=80, default_image=True)
    film = [frame.crop((0, 0, 24, 16)) for frame in moving]
    for extension in ("gif", "webp", "png", "tif"):
        film[0].save(path("film." + extension), save_all=True, append_images=film[1:])
    sprites = []
    for i in range(4):
        sprite = Image.new("RGBA", (320, 240), (0, 0, 0, 0))
        sprite.paste(moving[i].crop((0, 0, 150, 150)), (40 * i, 20 * i))
        sprites.append(sprite)
    sprites[0].save(path("sprites.gif"), save_all=True, append_images=sprites[1:], duration=90, loop=0, disposal=2)
    for i, sprite in enumerate(sprites):
        sprite.putalpha(Image.fromarray(numpy.tile(((numpy.arange(320) + 60 * i) % 320 * 0.79).astype(numpy.uint8), (240, 1))))
    sprites[0].save(path("sprites.webp"), save_all=True, append_images=sprites[1:], duration=90, loop=0, lossless=True, exact=True)
    sprites[0].save(path("sprites.png"), save_all=True, append_images=sprites[1:], duration=[90, 33, 1000, 7], loop=0, disposal=1, blend=0)
    patches = []
    for i in range(4):
        patch = Image.new("RGBA", (320, 240), (0, 0, 0, 0))
        patch.paste(moving[i].crop((0, 0, 120, 100)).convert("RGBA"), (60 * i, 40 * i))
        patches.append(patch)
    patches[0].save(path("patches.png"), save_all=True, append_images=patches[1:], duration=90, loop=5, disposal=[0, 2, 0, 0], blend=1)
    moving[0].save(path("book.tif"), save_all=True, append_images=moving[1:3], compression="tiff_lzw", dpi=(300, 300))
    photo.save(path("mixed.tif"), save_all=True, append_images=[small, grey, grey.convert("1")], compression="tiff_lzw")
    small.save(path("notes.tif"), save_all=True, append_images=[natural(64, 64, 50)])
    subprocess.run(["vips", "copy", path("photo.png"), path("pyramid.tif[pyramid,tile]")], check=True)


def open_upright(path):
    image = Image.open(path)
    image.seek(0)
    return ImageOps.exif_transpose(image)


def describe(path):
    image = Image.open(path)
    image.load()
    icc = image.info.get("icc_profile")
    return {
        "format": image.format, "mode": image.mode, "width": image.width, "height": image.height,
        "frames": getattr(image, "n_frames", 1), "orientation": image.getexif().get(0x0112, 1),
        "maker": image.getexif().get(0x010F), "icc": hashlib.sha256(icc).hexdigest() if icc else None,
        "progressive": bool(image.info.get("progressive") or image.info.get("interlace")),
        "layers": [list(layer) for layer in getattr(image, "layer", [])],
        "colours": len(set(numpy.asarray(image).reshape(-1).tolist())),
    }


def frames(path, folder=None):
    """Every frame or page: time and size; and each as a PNG in the folder."""
    image = Image.open(path)
    result = []
    for index in range(getattr(image, "n_frames", 1)):
        image.seek(index)
        image.load()
        frame = {"time": image.info.get("duration"), "width": image.width, "height": image.height, "mode": image.mode}
        if folder:
            frame["path"] = os.path.join(folder, f"{os.path.basename(path)}.{index}.png")
            (image if image.mode in ("L", "1") else image.convert("RGBA" if image.mode == "P" else image.mode)).save(frame["path"])
        result.append(frame)
    return {"frames": result, "loop": image.info.get("loop")}


def samples(image):
    """Samples as floats in 8-bit steps, without alpha; and the alpha plane."""
    if image.mode.startswith("I"):
        return numpy.asarray(image).astype(float) / 257, None
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        pixels = numpy.asarray(image)
        return pixels[..., :3].astype(float), pixels[..., 3]
    if image.mode in ("L", "1"):
        return numpy.asarray(image.convert("L")).astype(float), None
    return numpy.asarray(image.convert("RGB")).astype(float), None


def compare(first, second):
    a, alpha_a = samples(open_upright(first))
    b, alpha_b = samples(open_upright(second))
    if a.shape[:2] != b.shape[:2]:
        return {"same_size": False, "psnr": 0, "alpha_equal": False}
    if a.ndim != b.ndim:
        a, b = (x if x.ndim == 3 else numpy.stack([x] * 3, -1) for x in (a, b))
    seen = numpy.ones(a.shape[:2], bool) if alpha_a is None else alpha_a > 0
    error = ((a - b)[seen] ** 2).mean()
    return {
        "same_size": True, "psnr": 99.0 if error == 0 else float(10 * numpy.log10(255 ** 2 / error)),
        "alpha_equal": (alpha_a is None) == (alpha_b is None) and (alpha_a is None or bool((alpha_a == alpha_b).all())),
    }


def exiftool(path, target, tags):
    shutil.copy(path, target)
    subprocess.run(["exiftool", "-overwrite_original", *tags, target], check=True, capture_output=True)
    return {}


def blocks(first, second):
    """The largest difference of two pictures in the middle of each of eight squares."""
    values = []
    for path in (first, second):
        pixels, _ = samples(open_upright(path))
        pixels = pixels if pixels.ndim == 3 else numpy.stack([pixels] * 3, -1)
        side = pixels.shape[0] // 2
        values.append([pixels[side // 2 + side * (i // 4), side // 2 + side * (i % 4)] for i in range(8)])
    return {"deviation": int(numpy.ceil(abs(numpy.array(values[0]) - numpy.array(values[1])).max())),
            "first": numpy.array(values[0]).tolist(), "second": numpy.array(values[1]).tolist()}


def letters(first, second, slant=30):
    """What was drawn on a picture, letter by letter: runs of letters on one slanted line, and whether one of them is cut off at an edge."""
    a, b = (numpy.asarray(open_upright(path).convert("L")).astype(int) for path in (first, second))
    labels, count = scipy.ndimage.label(abs(a - b) > 8, numpy.ones((3, 3)))
    found = []
    for box in scipy.ndimage.find_objects(labels):
        rows, columns = box
        if (rows.stop - rows.start) * (columns.stop - columns.start) >= 12:
            x, y = (columns.start + columns.stop) / 2, (rows.start + rows.stop) / 2
            angle = numpy.radians(slant)
            cut = rows.start == 0 or columns.start == 0 or rows.stop == a.shape[0] or columns.stop == a.shape[1]
            found.append((x * numpy.cos(angle) - y * numpy.sin(angle), x * numpy.sin(angle) + y * numpy.cos(angle), cut, rows.stop - rows.start))
    height = float(numpy.median([letter[3] for letter in found]))
    lines = []
    for letter in sorted(found, key=lambda letter: letter[0]):
        for line in lines:
            if abs(line[-1][1] - letter[1]) < height / 2 and letter[0] - line[-1][0] < 2.6 * height:
                line.append(letter)
                break
        else:
            lines.append([letter])
    return {"height": height, "runs": [{"letters": len(line), "cut": any(letter[2] for letter in line)} for line in lines]}


def sixteen_bits(path):
    """How many distinct low bytes a 16-bit file has, by a program that is not libvips: ImageMagick."""
    raw = subprocess.run(["convert", path, "-depth", "16", "-endian", "LSB", "rgb:-"], check=True, capture_output=True).stdout
    return {"low_bytes": len(set(raw[0::2]))}


def reencode(path, target, quality=75, crop=None, scale=None, subsampling=2):
    image = open_upright(path)
    if image.mode.startswith("I"):  # Pillow clips 16-bit samples where it should scale them
        image = Image.fromarray((numpy.asarray(image) // 257).astype(numpy.uint8))
    image = image.convert("L" if image.mode in ("L", "LA", "1") else "RGB")
    if crop:
        image = image.crop(tuple(crop))
    if scale:
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.LANCZOS)
    image.save(target, "JPEG", quality=quality, subsampling=subsampling)
    return {}


def mask(first, second, sac):
    """Compares a SAC file with luminance computed here; the largest deviation."""
    data = open(sac, "rb").read()
    magic, flags, kind, arrays, zero, a, b, width, height = struct.unpack("<4sBBBBIIII", data[:24])
    values = numpy.frombuffer(data[24:], "<i2").reshape(height, width).astype(int)
    planes = []
    seen = numpy.ones(values.shape, bool)
    for path in (first, second):
        pixels, alpha = samples(open_upright(path))
        if alpha is not None:
            seen &= alpha > 0  # readers differ in the colour of what cannot be seen
        planes.append(numpy.rint(pixels if pixels.ndim == 2 else pixels @ numpy.array([0.299, 0.587, 0.114])))
    return {
        "header_ok": (magic, flags, kind, arrays, zero) == (b"SAC1", 1, 1, 1, 0) and a == b == width * height,
        "deviation": int(abs(values - (planes[0] - planes[1]))[seen].max()), "length_ok": len(data) == 24 + 2 * width * height,
        "nonzero": int((values != 0).sum()),
    }


def bits_to_hex(bits):
    text = "".join("1" if bit else "0" for bit in numpy.asarray(bits).flatten())
    return "0x" + f"{int(text, 2):0{len(text) // 4}x}"


def hashes(path):
    """The algorithms of the imagehash and blockhash packages, written down again."""
    image = open_upright(path)
    pixels = numpy.asarray(image.convert("L").resize((8, 8), Image.LANCZOS))
    result = {"average_hash": bits_to_hex(pixels > pixels.mean())}
    pixels = numpy.asarray(image.convert("L").resize((32, 32), Image.LANCZOS))
    low = scipy.fftpack.dct(scipy.fftpack.dct(pixels, axis=0), axis=1)[:8, :8]
    result["perceptual_hash"] = bits_to_hex(low > numpy.median(low))
    pixels = numpy.asarray(image.convert("L").resize((9, 8), Image.LANCZOS))
    result["difference_hash"] = bits_to_hex(pixels[:, 1:] > pixels[:, :-1])
    pixels = numpy.asarray(image.convert("L").resize((8, 9), Image.LANCZOS))
    result["difference_hash_vertical"] = bits_to_hex(pixels[1:, :] > pixels[:-1, :])
    for bits in (8, 16):
        result[f"blockhash{bits}"] = blockhash(image, bits)
    return result


def blockhash(image, bits):
    has_alpha = image.mode in ("RGBA", "LA") or "transparency" in image.info
    pixels = numpy.asarray(image.convert("RGBA" if has_alpha else "RGB")).astype(int)
    values = pixels[..., :3].sum(-1)
    if has_alpha:
        values = numpy.where(pixels[..., 3] == 0, 765, values)

    def shares(size):
        # The part of each pixel that lies in each cell of a grid whose lines need not fall between pixels.
        edges = numpy.arange(bits + 1) * (size / bits)
        start = numpy.arange(size)
        return numpy.clip(numpy.minimum(start[:, None] + 1, edges[None, 1:]) - numpy.maximum(start[:, None], edges[None, :-1]), 0, None)

    cells = (shares(values.shape[0]).T @ values @ shares(values.shape[1])).flatten()
    half = values.size / bits / bits * 256 * 3 / 2
    quarter = len(cells) // 4
    result = []
    for start in range(0, len(cells), quarter):
        median = numpy.median(cells[start:start + quarter])
        result += [v > median or (abs(v - median) < 1 and median > half) for v in cells[start:start + quarter]]
    return bits_to_hex(result)


CALLS = {call.__name__: call for call in (generate, describe, frames, letters, exiftool, blocks, compare, sixteen_bits, reencode, mask, hashes)}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"result": CALLS[request["call"]](**request["arguments"])}
    except Exception:
        answer = {"error": traceback.format_exc()}
    print(json.dumps(answer), flush=True)
