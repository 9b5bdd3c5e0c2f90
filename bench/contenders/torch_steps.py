# Training steps of ResNet-50 v1.5 in PyTorch on random images, in one precision. Prints one JSON line, its last.
import argparse
import json
import time

import torch
from torch import nn

from torch_resnet50 import CLASSES, resnet50

HALF = {"fp16": torch.float16, "bf16": torch.bfloat16}
FORMATS = {"channels-last": torch.channels_last, "contiguous": torch.contiguous_format}


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", choices=["cuda", "cpu"], required=True)
    parser.add_argument("--precision", choices=["tf32", *HALF], required=True)
    parser.add_argument("--format", choices=list(FORMATS), required=True)
    parser.add_argument("--compile", action="store_true")
    for name in ["batch", "size", "steps", "warmup"]:
        parser.add_argument("--" + name, type=int, required=True)
    return parser.parse_args()


def training_step(options):
    if options.device == "cuda":
        # TF32 is on in every precision, for what is left in float32, as it is in ours.
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
    memory_format = FORMATS[options.format]
    model = resnet50().to(options.device, memory_format=memory_format)
    forward = torch.compile(model) if options.compile else model
    images = torch.randn(options.batch, 3, options.size, options.size, device=options.device)
    images = images.to(memory_format=memory_format)
    labels = torch.randint(CLASSES, (options.batch,), device=options.device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.875, weight_decay=1 / 32768)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.1)
    half = HALF.get(options.precision)
    scaler = torch.amp.GradScaler(options.device, enabled=options.precision == "fp16")

    def step():
        optimizer.zero_grad()
        with torch.autocast(options.device, dtype=half, enabled=half is not None):
            loss = loss_of(forward(images), labels)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()

    return step


def measure(options):
    synchronise = torch.cuda.synchronize if options.device == "cuda" else lambda: None
    step = training_step(options)
    for _ in range(options.warmup):
        step()
    synchronise()
    started = time.perf_counter()
    # It need not wait for the device in between: that is how PyTorch is fastest.
    for _ in range(options.steps):
        step()
    synchronise()
    return options.steps * options.batch / (time.perf_counter() - started)


def main():
    options = parse()
    if options.device == "cuda" and not torch.cuda.is_available():
        return {"problem": f"PyTorch {torch.__version__} sees no GPU"}
    try:
        return {"version": torch.__version__, "imagesPerSecond": measure(options)}
    except Exception as error:
        first = str(error).strip().split("\n")[0]
        return {"problem": f"{type(error).__name__}: {first}"}


if __name__ == "__main__":
    print(json.dumps(main()), flush=True)
